"""What partners pay back: one member of staff proposes it, another approves it."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, POST, operation
from gateway.schemas import clawbacks as schemas

_TAG = "Sommes à reverser (agents)"


@operation(
    GET,
    "/v1/staff/clawbacks",
    rpc("payout", "ListClawbacks"),
    "Lister les sommes à reverser par les partenaires",
    tag=_TAG,
    query=schemas.ClawbacksQuery,
    answers=Json(schemas.Clawbacks),
)
def list_clawbacks(fields: Fields) -> pb.ListClawbacksRequest:
    return pb.ListClawbacksRequest(**fields)


@operation(
    POST,
    "/v1/staff/clawbacks",
    rpc("payout", "ProposeClawback"),
    "Proposer qu'un partenaire reverse tout ou partie d'une opération",
    tag=_TAG,
    takes=JsonBody(schemas.ProposeClawback),
    answers=Json(schemas.ClawbackAnswer, 201),
    keyed=True,
)
def propose_clawback(fields: Fields) -> pb.ProposeClawbackRequest:
    return pb.ProposeClawbackRequest(**fields)


@operation(
    POST,
    "/v1/staff/clawbacks/{clawback_id}/approval",
    rpc("payout", "ApproveClawback"),
    "Approuver une somme à reverser proposée par une autre personne",
    tag=_TAG,
    answers=Json(schemas.ClawbackAnswer),
    keyed=True,
)
def approve_clawback(fields: Fields) -> pb.ApproveClawbackRequest:
    return pb.ApproveClawbackRequest(**fields)


@operation(
    POST,
    "/v1/staff/clawbacks/{clawback_id}/dropping",
    rpc("payout", "DropClawback"),
    "Abandonner une somme à reverser",
    tag=_TAG,
    answers=Json(schemas.ClawbackAnswer),
)
def drop_clawback(fields: Fields) -> pb.DropClawbackRequest:
    return pb.DropClawbackRequest(**fields)
