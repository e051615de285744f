"""A holder's cards: printed, ordered, paired with the account, blocked when lost or stolen."""

from __future__ import annotations

from atouts.identity.v1 import holders_pb2
from atouts.wallet.v1 import cards_pb2

from chassis.sizes import PICTURE_MB
from gateway.answers import File, Json, NoContent
from gateway.bodies import Fields, JsonBody, RawBody
from gateway.contracts import SLOW_S, rpc
from gateway.operations import DELETE, GET, POST, PUT, operation
from gateway.rate_limits import SIGN_IN, UPLOAD
from gateway.schemas import card_holders, held_cards

_TAG = "Carte"


@operation(
    POST,
    "/v1/card/prints",
    rpc("wallet", "PrintCard", SLOW_S),
    "Imprimer une carte (PDF) : celle d'avant ne sert plus, et ce fichier est le seul exemplaire",
    tag=_TAG,
    answers=File("content", "application/pdf", ".filename"),
    limit=SIGN_IN,
)
def print_card(_fields: Fields) -> cards_pb2.PrintCardRequest:
    return cards_pb2.PrintCardRequest()


@operation(
    POST,
    "/v1/card/replacement",
    rpc("wallet", "ReplaceAppCard"),
    "Remplacer la carte de l'application : ses codes d'avant ne servent plus",
    tag=_TAG,
    answers=Json(held_cards.HeldCardAnswer, 201),
)
def replace_app_card(_fields: Fields) -> cards_pb2.ReplaceAppCardRequest:
    return cards_pb2.ReplaceAppCardRequest()


@operation(
    POST,
    "/v1/card/pairings",
    rpc("wallet", "PairCard"),
    "Rattacher à son compte la carte que l'on a en main, par son code",
    tag=_TAG,
    takes=JsonBody(held_cards.Pairing),
    answers=Json(held_cards.HeldCardAnswer, 201),
    limit=SIGN_IN,
)
def pair_card(fields: Fields) -> cards_pb2.PairCardRequest:
    return cards_pb2.PairCardRequest(**fields)


@operation(
    POST,
    "/v1/card/oppositions",
    rpc("wallet", "OpposeCards"),
    "Déclarer sa carte perdue ou volée : elle est bloquée aussitôt",
    tag=_TAG,
    takes=JsonBody(held_cards.Opposition),
    answers=Json(held_cards.HeldCards, 201),
)
def oppose_cards(fields: Fields) -> cards_pb2.OpposeCardsRequest:
    return cards_pb2.OpposeCardsRequest(**fields)


@operation(
    POST,
    "/v1/card/orders",
    rpc("wallet", "OrderCard", SLOW_S),
    "Commander une carte en plastique",
    tag=_TAG,
    answers=Json(held_cards.CardOrderAnswer, 201),
)
def order_card(_fields: Fields) -> cards_pb2.OrderCardRequest:
    return cards_pb2.OrderCardRequest()


@operation(
    GET,
    "/v1/card/address",
    rpc("identity", "GetPostalAddress"),
    "Voir l'adresse où sa carte est envoyée",
    tag=_TAG,
    answers=Json(card_holders.PostalAddress),
)
def get_postal_address(_fields: Fields) -> holders_pb2.GetPostalAddressRequest:
    return holders_pb2.GetPostalAddressRequest()


@operation(
    PUT,
    "/v1/card/address",
    rpc("identity", "SetPostalAddress"),
    "Donner l'adresse où sa carte est envoyée",
    tag=_TAG,
    takes=JsonBody(card_holders.NewPostalAddress),
    answers=NoContent(),
)
def set_postal_address(fields: Fields) -> holders_pb2.SetPostalAddressRequest:
    return holders_pb2.SetPostalAddressRequest(**fields)


@operation(
    GET,
    "/v1/card/photo",
    rpc("identity", "GetPhoto"),
    "Voir sa photo",
    tag=_TAG,
    answers=File("image", "image/jpeg", "ma-photo.jpg"),
)
def get_photo(_fields: Fields) -> holders_pb2.GetPhotoRequest:
    return holders_pb2.GetPhotoRequest()


@operation(
    PUT,
    "/v1/card/photo",
    rpc("identity", "SetPhoto", SLOW_S),
    "Donner sa photo : imprimée sur la carte, vérifiée en caisse là où le règlement le demande",
    tag=_TAG,
    takes=RawBody("image", ("image/jpeg", "image/png"), limit_mb=PICTURE_MB),
    answers=NoContent(),
    limit=UPLOAD,
)
def set_photo(fields: Fields) -> holders_pb2.SetPhotoRequest:
    return holders_pb2.SetPhotoRequest(**fields)


@operation(
    DELETE,
    "/v1/card/photo",
    rpc("identity", "RemovePhoto"),
    "Retirer sa photo",
    tag=_TAG,
    answers=NoContent(),
)
def remove_photo(_fields: Fields) -> holders_pb2.RemovePhotoRequest:
    return holders_pb2.RemovePhotoRequest()
