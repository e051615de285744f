"""What the holder sees: wallets, movements, and the card with its two codes, the shown and the secret."""

from __future__ import annotations

from atouts.wallet.v1 import cards_pb2, debits_pb2, movements_pb2, spendable_pb2

from gateway.answers import Json, NoContent
from gateway.bodies import Fields, JsonBody
from gateway.contracts import rpc
from gateway.operations import GET, PUT, operation
from gateway.rate_limits import SIGN_IN
from gateway.schemas import wallets as schemas
from gateway.schemas.paging import Page
from gateway.schemas.spendable import SpendableAnswer

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
    "/v1/partners/{partner_id}/spendable",
    rpc("wallet", "ListSpendable"),
    "Voir ce que l'on peut dépenser aujourd'hui chez un partenaire",
    tag=_TAG,
    answers=Json(SpendableAnswer),
)
def list_spendable(fields: Fields) -> spendable_pb2.ListSpendableRequest:
    return spendable_pb2.ListSpendableRequest(**fields)


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


@operation(
    GET,
    "/v1/card",
    rpc("wallet", "ReadCard"),
    "Voir si son code secret est choisi, s'il est bloqué, et où il est demandé",
    tag=_TAG,
    answers=Json(schemas.Card),
)
def read_card(_fields: Fields) -> cards_pb2.ReadCardRequest:
    return cards_pb2.ReadCardRequest()


@operation(
    PUT,
    "/v1/card/secret-code",
    rpc("wallet", "SetSecretCode"),
    "Choisir son code secret : remplace celui d'avant, et débloque",
    tag=_TAG,
    takes=JsonBody(schemas.NewSecretCode),
    answers=NoContent(),
    limit=SIGN_IN,
)
def set_secret_code(fields: Fields) -> cards_pb2.SetSecretCodeRequest:
    return cards_pb2.SetSecretCodeRequest(**fields)
