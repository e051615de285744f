"""For an operator's own site: a member's whole balance goes to their account there."""

from __future__ import annotations

from atouts.wallet.v1 import transfers_pb2 as pb

from gateway.answers import Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import POST, operation
from gateway.rate_limits import TILL
from gateway.schemas import transfers as schemas


@operation(
    POST,
    "/v1/partners/{partner_id}/transfers",
    rpc("wallet", "Transfer"),
    "Verser tout le solde d'un avantage sur le compte du jeune chez l'opérateur ; s'annule comme un débit",
    tag="Versements vers un autre opérateur",
    takes=JsonBody(schemas.Transfer),
    answers=Json(schemas.TransferAnswer, 201),
    keyed=True,
    limit=TILL,
)
def transfer(fields: Fields) -> pb.TransferRequest:
    return pb.TransferRequest(**fields)
