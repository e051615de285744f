"""What payment providers tell us; the signature is the wallet's to check, over the bytes as received."""

from __future__ import annotations

from atouts.wallet.v1 import memberships_pb2 as pb

from gateway.answers import NoContent
from gateway.bodies import Fields, SignedBody
from gateway.contracts import rpc
from gateway.operations import POST, operation

_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


@operation(
    POST,
    "/v1/webhooks/payments/{provider}",
    rpc("wallet", "RecordProviderEvent"),
    "Recevoir l'événement signé d'un prestataire de paiement (Standard Webhooks)",
    tag="Prestataires de paiement",
    takes=SignedBody(_HEADERS),
    answers=NoContent(),
    signed_in=False,
)
def record_provider_event(fields: Fields) -> pb.RecordProviderEventRequest:
    return pb.RecordProviderEventRequest(**fields)
