"""Bons plans: written by partners and the authority, moderated, registered for, drawn."""

from __future__ import annotations

from atouts.bonplan.v1 import offers_pb2, registrations_pb2

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import BULK_S, SLOW_S, rpc
from gateway.operations import DELETE, GET, POST, PUT, operation
from gateway.schemas import bonplans as schemas
from gateway.schemas.paging import Page

_TAG = "Bons plans"
_PARTNER = "Bons plans (partenaires)"
_STAFF = "Bons plans (agents)"


@operation(
    GET,
    "/v1/offers",
    rpc("bonplan", "ListOffers"),
    "Lister les bons plans publiés, ouverts ou passés",
    tag=_TAG,
    query=schemas.OffersQuery,
    answers=Json(schemas.Offers),
    signed_in=False,
)
def list_offers(fields: Fields) -> offers_pb2.ListOffersRequest:
    return offers_pb2.ListOffersRequest(**fields)


@operation(
    GET,
    "/v1/offers/{offer_id}",
    rpc("bonplan", "GetOffer"),
    "Voir un bon plan",
    tag=_TAG,
    answers=Json(schemas.OfferAnswer),
    signed_in=False,
)
def get_offer(fields: Fields) -> offers_pb2.GetOfferRequest:
    return offers_pb2.GetOfferRequest(**fields)


@operation(
    GET,
    "/v1/offers/{offer_id}/draw",
    rpc("bonplan", "GetDraw", SLOW_S),
    "Voir un tirage au sort, avec tout ce qu'il faut pour le refaire",
    tag=_TAG,
    answers=Json(schemas.DrawAnswer),
    signed_in=False,
)
def get_draw(fields: Fields) -> registrations_pb2.GetDrawRequest:
    return registrations_pb2.GetDrawRequest(**fields)


@operation(
    POST,
    "/v1/offers/{offer_id}/registration",
    rpc("bonplan", "Register"),
    "S'inscrire à un bon plan, ce qui vaut acceptation du règlement",
    tag=_TAG,
    answers=Json(schemas.RegistrationAnswer),
)
def register(fields: Fields) -> registrations_pb2.RegisterRequest:
    return registrations_pb2.RegisterRequest(**fields)


@operation(
    DELETE,
    "/v1/offers/{offer_id}/registration",
    rpc("bonplan", "Withdraw"),
    "Annuler son inscription avant la clôture",
    tag=_TAG,
    answers=Json(schemas.RegistrationAnswer),
)
def withdraw(fields: Fields) -> registrations_pb2.WithdrawRequest:
    return registrations_pb2.WithdrawRequest(**fields)


@operation(
    GET,
    "/v1/registrations",
    rpc("bonplan", "ListMyRegistrations"),
    "Lister ses inscriptions, avec les codes à montrer à l'entrée",
    tag=_TAG,
    query=Page,
    answers=Json(schemas.Registrations),
)
def list_my_registrations(fields: Fields) -> registrations_pb2.ListMyRegistrationsRequest:
    return registrations_pb2.ListMyRegistrationsRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/offers",
    rpc("bonplan", "SubmitOffer"),
    "Proposer un bon plan ; la collectivité le relit avant publication",
    tag=_PARTNER,
    takes=JsonBody(schemas.SubmitOffer),
    answers=Json(schemas.OfferAnswer),
    keyed=True,
)
def submit_offer(fields: Fields) -> offers_pb2.SubmitOfferRequest:
    return offers_pb2.SubmitOfferRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/offers",
    rpc("bonplan", "ListPartnerOffers"),
    "Lister les bons plans d'un partenaire, dans tous leurs états",
    tag=_PARTNER,
    query=Page,
    answers=Json(schemas.Offers),
)
def list_partner_offers(fields: Fields) -> offers_pb2.ListPartnerOffersRequest:
    return offers_pb2.ListPartnerOffersRequest(**fields)


@operation(
    GET,
    "/v1/partners/{partner_id}/offers/{offer_id}/registrants",
    rpc("bonplan", "ListRegistrants", SLOW_S),
    "Lister les inscrits ; les noms paraissent après la clôture",
    tag=_PARTNER,
    query=Page,
    answers=Json(schemas.Registrants),
)
def list_registrants(fields: Fields) -> registrations_pb2.ListRegistrantsRequest:
    return registrations_pb2.ListRegistrantsRequest(**fields)


@operation(
    POST,
    "/v1/staff/offers",
    rpc("bonplan", "SubmitOffer"),
    "Proposer un bon plan de la collectivité ; une autre personne le relit",
    tag=_STAFF,
    takes=JsonBody(schemas.SubmitOffer),
    answers=Json(schemas.OfferAnswer),
    keyed=True,
)
def submit_offer_of_authority(fields: Fields) -> offers_pb2.SubmitOfferRequest:
    return offers_pb2.SubmitOfferRequest(**fields)


@operation(
    GET,
    "/v1/staff/offers/to-moderate",
    rpc("bonplan", "ListOffersToModerate"),
    "Lister les bons plans à relire",
    tag=_STAFF,
    query=Page,
    answers=Json(schemas.Offers),
)
def list_offers_to_moderate(fields: Fields) -> offers_pb2.ListOffersToModerateRequest:
    return offers_pb2.ListOffersToModerateRequest(**fields)


@operation(
    POST,
    "/v1/staff/offers/{offer_id}/moderation",
    rpc("bonplan", "ModerateOffer"),
    "Publier ou refuser un bon plan",
    tag=_STAFF,
    takes=JsonBody(schemas.Moderation),
    answers=Json(schemas.OfferAnswer),
)
def moderate_offer(fields: Fields) -> offers_pb2.ModerateOfferRequest:
    return offers_pb2.ModerateOfferRequest(**fields)


@operation(
    GET,
    "/v1/staff/offers/{offer_id}/registrants",
    rpc("bonplan", "ListRegistrants", SLOW_S),
    "Lister les inscrits d'un bon plan",
    tag=_STAFF,
    query=Page,
    answers=Json(schemas.Registrants),
)
def list_registrants_for_staff(fields: Fields) -> registrations_pb2.ListRegistrantsRequest:
    return registrations_pb2.ListRegistrantsRequest(**fields)


@operation(
    POST,
    "/v1/staff/offers/{offer_id}/draw",
    rpc("bonplan", "RunDraw", BULK_S),
    "Tirer au sort les gagnants, une fois les inscriptions closes",
    tag=_STAFF,
    answers=Json(schemas.DrawAnswer),
)
def run_draw(fields: Fields) -> registrations_pb2.RunDrawRequest:
    return registrations_pb2.RunDrawRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/offers/{offer_id}/draw",
    rpc("bonplan", "RunDraw", BULK_S),
    "Tirer au sort les gagnants de son bon plan, là où le règlement le permet",
    tag=_PARTNER,
    answers=Json(schemas.DrawAnswer),
)
def run_own_draw(fields: Fields) -> registrations_pb2.RunDrawRequest:
    return registrations_pb2.RunDrawRequest(**fields)


@operation(
    PUT,
    "/v1/partners/{partner_id}/offers/{offer_id}/registrants/{registration_id}/attendance",
    rpc("bonplan", "RecordAttendance"),
    "Noter si un inscrit est venu",
    tag=_PARTNER,
    takes=JsonBody(schemas.RecordAttendance),
    answers=Json(schemas.RegistrantAnswer),
)
def record_attendance(fields: Fields) -> registrations_pb2.RecordAttendanceRequest:
    return registrations_pb2.RecordAttendanceRequest(**fields)


@operation(
    PUT,
    "/v1/staff/offers/{offer_id}/registrants/{registration_id}/attendance",
    rpc("bonplan", "RecordAttendance"),
    "Noter si un inscrit est venu",
    tag=_STAFF,
    takes=JsonBody(schemas.RecordAttendance),
    answers=Json(schemas.RegistrantAnswer),
)
def record_attendance_for_staff(fields: Fields) -> registrations_pb2.RecordAttendanceRequest:
    return registrations_pb2.RecordAttendanceRequest(**fields)
