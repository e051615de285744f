"""Guardians: a young person asks, the guardian answers with the link of a mail, staff see and revoke."""

from __future__ import annotations

from atouts.identity.v1 import guardians_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, POST, operation
from gateway.rate_limits import SIGN_IN
from gateway.schemas import guardians as schemas

_TAG = "Autorisations parentales"
_STAFF = "Instruction (agents)"


@operation(
    POST,
    "/v1/guardian-requests",
    rpc("identity", "AskGuardian"),
    "Demander par courriel l'autorisation d'un parent ou tuteur",
    tag=_TAG,
    takes=JsonBody(schemas.AskGuardian),
    answers=Json(schemas.ConsentRequestAnswer, 201),
)
def ask_guardian(fields: Fields) -> pb.AskGuardianRequest:
    return pb.AskGuardianRequest(**fields)


@operation(
    GET,
    "/v1/guardian-requests",
    rpc("identity", "ListMyConsents"),
    "Voir ses demandes d'autorisation",
    tag=_TAG,
    answers=Json(schemas.ConsentRequests),
)
def list_my_consents(_fields: Fields) -> pb.ListMyConsentsRequest:
    return pb.ListMyConsentsRequest()


@operation(
    POST,
    "/v1/guardian-links",
    rpc("identity", "OpenGuardianLink"),
    "Lire ce qu'un lien demande d'autoriser, et la réponse donnée : n'use pas le lien",
    tag=_TAG,
    takes=JsonBody(schemas.GuardianToken),
    answers=Json(schemas.OpenedLink),
    signed_in=False,
    limit=SIGN_IN,
)
def open_guardian_link(fields: Fields) -> pb.OpenGuardianLinkRequest:
    return pb.OpenGuardianLinkRequest(**fields)


@operation(
    POST,
    "/v1/guardian-links/answer",
    rpc("identity", "AnswerGuardianLink"),
    "Autoriser ou refuser, une seule fois",
    tag=_TAG,
    takes=JsonBody(schemas.GuardianAnswer),
    answers=Json(schemas.ConsentRequestAnswer),
    signed_in=False,
    limit=SIGN_IN,
)
def answer_guardian_link(fields: Fields) -> pb.AnswerGuardianLinkRequest:
    return pb.AnswerGuardianLinkRequest(**fields)


@operation(
    POST,
    "/v1/guardian-links/withdrawal",
    rpc("identity", "WithdrawConsent"),
    "Retirer son autorisation, avec le même lien",
    tag=_TAG,
    takes=JsonBody(schemas.GuardianToken),
    answers=Json(schemas.ConsentRequestAnswer),
    signed_in=False,
    limit=SIGN_IN,
)
def withdraw_consent(fields: Fields) -> pb.WithdrawConsentRequest:
    return pb.WithdrawConsentRequest(**fields)


@operation(
    GET,
    "/v1/staff/persons/{person_id}/consents",
    rpc("identity", "ListConsents"),
    "Voir les demandes d'autorisation d'une personne et qui a répondu",
    tag=_STAFF,
    answers=Json(schemas.ConsentRequests),
)
def list_consents(fields: Fields) -> pb.ListConsentsRequest:
    return pb.ListConsentsRequest(**fields)


@operation(
    POST,
    "/v1/staff/consents/{request_id}/revocation",
    rpc("identity", "RevokeConsent"),
    "Révoquer une autorisation parentale, avec le motif",
    tag=_STAFF,
    takes=JsonBody(schemas.Revocation),
    answers=Json(schemas.ConsentRequestAnswer),
)
def revoke_consent(fields: Fields) -> pb.RevokeConsentRequest:
    return pb.RevokeConsentRequest(**fields)
