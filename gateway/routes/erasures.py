"""Deleting an account: one's own, or for a letter by two members of staff."""

from __future__ import annotations

from atouts.identity.v1 import erasures_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import SLOW_S, rpc
from gateway.operations import GET, POST, operation
from gateway.rate_limits import SIGN_IN
from gateway.schemas import erasures as schemas
from gateway.schemas.paging import Page

_TAG = "Suppressions de comptes"


@operation(
    POST,
    "/v1/account/erasure",
    rpc("identity", "RequestErasure", SLOW_S),
    "Supprimer son compte : définitif, dès que rien n'est plus en cours",
    tag=_TAG,
    takes=JsonBody(schemas.RequestErasure),
    answers=Json(schemas.ErasureAnswer, 201),
    limit=SIGN_IN,
)
def request_erasure(fields: Fields) -> pb.RequestErasureRequest:
    return pb.RequestErasureRequest(**fields)


@operation(
    GET,
    "/v1/staff/erasures",
    rpc("identity", "ListErasures"),
    "Lister les suppressions, avec ce qui les retient et ce que chaque service a effacé",
    tag=_TAG,
    query=Page,
    answers=Json(schemas.Erasures),
)
def list_erasures(fields: Fields) -> pb.ListErasuresRequest:
    return pb.ListErasuresRequest(**fields)


@operation(
    POST,
    "/v1/staff/erasures",
    rpc("identity", "AskErasure"),
    "Demander la suppression d'un compte, pour une personne qui a écrit",
    tag=_TAG,
    takes=JsonBody(schemas.AskErasure),
    answers=Json(schemas.ErasureAnswer, 201),
)
def ask_erasure(fields: Fields) -> pb.AskErasureRequest:
    return pb.AskErasureRequest(**fields)


@operation(
    POST,
    "/v1/staff/erasures/{erasure_id}/confirmation",
    rpc("identity", "ConfirmErasure"),
    "Confirmer une suppression demandée par une autre personne",
    tag=_TAG,
    answers=Json(schemas.ErasureAnswer),
)
def confirm_erasure(fields: Fields) -> pb.ConfirmErasureRequest:
    return pb.ConfirmErasureRequest(**fields)


@operation(
    POST,
    "/v1/staff/erasures/{erasure_id}/dropping",
    rpc("identity", "DropErasure"),
    "Abandonner une demande de suppression",
    tag=_TAG,
    answers=Json(schemas.ErasureAnswer),
)
def drop_erasure(fields: Fields) -> pb.DropErasureRequest:
    return pb.DropErasureRequest(**fields)
