"""Suspensions: imposed, followed and lifted by staff, read by the person."""

from __future__ import annotations

from atouts.wallet.v1 import suspensions_pb2 as pb

from gateway.answers import Json, NoContent
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, POST, PUT, operation
from gateway.schemas import suspensions as schemas

_TAG = "Suspensions"


@operation(
    GET,
    "/v1/suspensions",
    rpc("wallet", "ListSuspensions"),
    "Voir ses suspensions, avec leur motif",
    tag=_TAG,
    answers=Json(schemas.OwnSuspensions),
)
def list_suspensions(_fields: Fields) -> pb.ListSuspensionsRequest:
    return pb.ListSuspensionsRequest()


@operation(
    GET,
    "/v1/staff/suspensions",
    rpc("wallet", "SearchSuspensions"),
    "Lister les suspensions en cours, ou toutes",
    tag=_TAG,
    query=schemas.SuspensionsQuery,
    answers=Json(schemas.Suspensions),
)
def search_suspensions(fields: Fields) -> pb.SearchSuspensionsRequest:
    return pb.SearchSuspensionsRequest(all=fields.get("all") == "true", page_token=fields.get("page_token", ""))


@operation(
    POST,
    "/v1/staff/memberships/{membership_id}/suspensions",
    rpc("wallet", "SuspendBenefits"),
    "Suspendre tout ou partie des avantages d'un membre, avec effet immédiat",
    tag=_TAG,
    takes=JsonBody(schemas.SuspendBenefits),
    answers=Json(schemas.SuspensionAnswer, 201),
)
def suspend_benefits(fields: Fields) -> pb.SuspendBenefitsRequest:
    return pb.SuspendBenefitsRequest(**fields)


@operation(
    POST,
    "/v1/staff/suspensions/{suspension_id}/lifting",
    rpc("wallet", "LiftSuspension"),
    "Lever une suspension",
    tag=_TAG,
    answers=NoContent(),
)
def lift_suspension(fields: Fields) -> pb.LiftSuspensionRequest:
    return pb.LiftSuspensionRequest(**fields)


@operation(
    PUT,
    "/v1/staff/suspensions/{suspension_id}/letters",
    rpc("wallet", "RecordSuspensionLetters"),
    "Noter les dates des lettres : notification, recours, réponse",
    tag=_TAG,
    takes=JsonBody(schemas.SuspensionLetters),
    answers=NoContent(),
)
def record_suspension_letters(fields: Fields) -> pb.RecordSuspensionLettersRequest:
    return pb.RecordSuspensionLettersRequest(**fields)
