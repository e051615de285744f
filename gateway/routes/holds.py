"""Holds: what keeps a partner's money back, with its reason."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, POST, operation
from gateway.schemas import payouts as schemas

_TAG = "Retenues (agents)"


@operation(
    GET,
    "/v1/staff/holds",
    rpc("payout", "ListHolds"),
    "Lister les retenues",
    tag=_TAG,
    query=schemas.HoldsQuery,
    answers=Json(schemas.Holds),
)
def list_holds(fields: Fields) -> pb.ListHoldsRequest:
    return pb.ListHoldsRequest(lifted=fields.get("lifted") == "true")


@operation(
    POST,
    "/v1/staff/partners/{partner_id}/holds",
    rpc("payout", "PlaceHold"),
    "Retenir les versements d'un partenaire",
    tag=_TAG,
    takes=JsonBody(schemas.PlaceHold),
    answers=Json(schemas.HoldAnswer, 201),
)
def place_hold(fields: Fields) -> pb.PlaceHoldRequest:
    return pb.PlaceHoldRequest(**fields)


@operation(
    POST,
    "/v1/staff/holds/{hold_id}/lifting",
    rpc("payout", "LiftHold"),
    "Lever une retenue",
    tag=_TAG,
    answers=Json(schemas.HoldAnswer),
)
def lift_hold(fields: Fields) -> pb.LiftHoldRequest:
    return pb.LiftHoldRequest(**fields)
