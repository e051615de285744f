"""Mails: how many are in which state."""

from __future__ import annotations

from atouts.notification.v1 import deliveries_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.operations import GET, operation
from gateway.schemas import deliveries as schemas


@operation(
    GET,
    "/v1/staff/mail-deliveries",
    rpc("notification", "CountDeliveries"),
    "Compter les courriels, par sujet et par état",
    tag="Courriels (agents)",
    answers=Json(schemas.DeliveryCounts),
)
def count_deliveries(_fields: Fields) -> pb.CountDeliveriesRequest:
    return pb.CountDeliveriesRequest()
