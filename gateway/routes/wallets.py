"""What the holder sees: wallets, movements, and the code to show at a till."""

from __future__ import annotations

from atouts.wallet.v1 import debits_pb2, movements_pb2

from gateway.answers import Json
from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.operations import GET, operation
from gateway.schemas import wallets as schemas
from gateway.schemas.paging import Page

_TAG = "Porte-monnaie"


@operation(
    GET,
    "/v1/wallets",
    rpc("wallet", "ListWallets"),
    "Voir ses porte-monnaie",
    tag=_TAG,
    answers=Json(schemas.Wallets),
)
def list_wallets(_fields: Fields) -> movements_pb2.ListWalletsRequest:
    return movements_pb2.ListWalletsRequest()


@operation(
    GET,
    "/v1/wallets/{wallet_id}/movements",
    rpc("wallet", "ListMovements"),
    "Voir les mouvements d'un porte-monnaie",
    tag=_TAG,
    query=Page,
    answers=Json(schemas.Movements),
)
def list_movements(fields: Fields) -> movements_pb2.ListMovementsRequest:
    return movements_pb2.ListMovementsRequest(**fields)


@operation(
    GET,
    "/v1/card/code",
    rpc("wallet", "ShowCode"),
    "Montrer son code du moment, à présenter en QR",
    tag=_TAG,
    answers=Json(schemas.CardCode),
)
def show_code(_fields: Fields) -> debits_pb2.ShowCodeRequest:
    return debits_pb2.ShowCodeRequest()
