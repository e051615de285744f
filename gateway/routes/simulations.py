"""Simulations: what somebody could have, before they sign up."""

from __future__ import annotations

from atouts.wallet.v1 import simulations_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import POST, operation
from gateway.rate_limits import READ
from gateway.schemas import simulations as schemas


@operation(
    POST,
    "/v1/simulations",
    rpc("wallet", "Simulate"),
    "Simuler ses droits : rien n'est conservé",
    tag="Simulation",
    takes=JsonBody(schemas.Simulate),
    answers=Json(schemas.Simulation),
    signed_in=False,
    limit=READ,
)
def simulate(fields: Fields) -> pb.SimulateRequest:
    return pb.SimulateRequest(**fields)
