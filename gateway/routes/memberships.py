"""Memberships and their fees, by card or by cheque."""

from __future__ import annotations

from atouts.wallet.v1 import memberships_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import SLOW_S, rpc
from gateway.operations import GET, POST, operation
from gateway.schemas import memberships as schemas

_TAG = "Adhésions"
_STAFF = "Adhésions (agents)"


@operation(
    POST,
    "/v1/memberships",
    rpc("wallet", "RequestMembership", SLOW_S),
    "Demander une adhésion",
    tag=_TAG,
    takes=JsonBody(schemas.RequestMembership),
    answers=Json(schemas.MembershipAnswer, 201),
)
def request_membership(fields: Fields) -> pb.RequestMembershipRequest:
    return pb.RequestMembershipRequest(**fields)


@operation(
    GET,
    "/v1/memberships",
    rpc("wallet", "ListMemberships"),
    "Voir ses adhésions",
    tag=_TAG,
    answers=Json(schemas.Memberships),
)
def list_memberships(_fields: Fields) -> pb.ListMembershipsRequest:
    return pb.ListMembershipsRequest()


@operation(
    POST,
    "/v1/memberships/{membership_id}/card-payments",
    rpc("wallet", "StartCardPayment", SLOW_S),
    "Payer sa cotisation par carte : répond l'adresse de la page de paiement",
    tag=_TAG,
    answers=Json(schemas.CardPaymentAnswer, 201),
)
def start_card_payment(fields: Fields) -> pb.StartCardPaymentRequest:
    return pb.StartCardPaymentRequest(**fields)


@operation(
    POST,
    "/v1/memberships/{membership_id}/cheques",
    rpc("wallet", "AnnounceCheque"),
    "Annoncer un chèque",
    tag=_TAG,
    answers=Json(schemas.MembershipAnswer),
)
def announce_cheque(fields: Fields) -> pb.AnnounceChequeRequest:
    return pb.AnnounceChequeRequest(**fields)


@operation(
    GET,
    "/v1/staff/memberships",
    rpc("wallet", "SearchMemberships"),
    "Chercher des adhésions",
    tag=_STAFF,
    query=schemas.MembershipsQuery,
    answers=Json(schemas.MembershipsFound),
)
def search_memberships(fields: Fields) -> pb.SearchMembershipsRequest:
    return pb.SearchMembershipsRequest(**fields)


@operation(
    POST,
    "/v1/staff/memberships/{membership_id}/cheque-cashing",
    rpc("wallet", "CashCheque"),
    "Enregistrer l'encaissement d'un chèque",
    tag=_STAFF,
    takes=JsonBody(schemas.ChequeCashing),
    answers=Json(schemas.MembershipAnswer),
    keyed=True,
)
def cash_cheque(fields: Fields) -> pb.CashChequeRequest:
    return pb.CashChequeRequest(**fields)


@operation(
    POST,
    "/v1/staff/memberships/{membership_id}/free-grant",
    rpc("wallet", "GrantFreeMembership"),
    "Offrir une adhésion qui attend sa cotisation",
    tag=_STAFF,
    takes=JsonBody(schemas.FreeGrant),
    answers=Json(schemas.MembershipAnswer),
    keyed=True,
)
def grant_free_membership(fields: Fields) -> pb.GrantFreeMembershipRequest:
    return pb.GrantFreeMembershipRequest(**fields)
