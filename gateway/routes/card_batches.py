"""Cards as staff see and make them: a person's, orders, batches for the printer."""

from __future__ import annotations

from typing import Any

from atouts.wallet.v1 import card_batches_pb2 as pb

from gateway.answers import File, Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import BULK_S, SLOW_S, rpc
from gateway.operations import GET, POST, operation
from gateway.schemas import held_cards as schemas
from gateway.schemas.paging import Page

_TAG = "Cartes (agents)"


class _PrintersFile(File):
    """A CSV, or a ZIP with the photos, as the service says."""

    def document(self) -> dict[str, Any]:
        media_types = ("text/csv", "application/zip")
        content = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
        return {"description": "Le fichier de l'imprimeur.", "content": content}


@operation(
    GET,
    "/v1/staff/persons/{person_id}/cards",
    rpc("wallet", "ListPersonCards"),
    "Voir les cartes d'un jeune et ses commandes",
    tag=_TAG,
    answers=Json(schemas.PersonCards),
)
def list_person_cards(fields: Fields) -> pb.ListPersonCardsRequest:
    return pb.ListPersonCardsRequest(**fields)


@operation(
    POST,
    "/v1/staff/persons/{person_id}/card-oppositions",
    rpc("wallet", "OpposePersonCards"),
    "Bloquer les cartes d'un jeune qui les a perdues, ou à qui on les a volées",
    tag=_TAG,
    takes=JsonBody(schemas.Opposition),
    answers=Json(schemas.HeldCards, 201),
)
def oppose_person_cards(fields: Fields) -> pb.OpposePersonCardsRequest:
    return pb.OpposePersonCardsRequest(**fields)


@operation(
    GET,
    "/v1/staff/card-orders",
    rpc("wallet", "ListCardOrders"),
    "Lister les commandes de cartes en plastique",
    tag=_TAG,
    query=schemas.CardOrdersQuery,
    answers=Json(schemas.CardOrders),
)
def list_card_orders(fields: Fields) -> pb.ListCardOrdersRequest:
    return pb.ListCardOrdersRequest(**fields)


@operation(
    POST,
    "/v1/staff/card-orders/exports",
    rpc("wallet", "ExportCardOrders", SLOW_S),
    "Mettre les plus anciennes commandes en un lot pour l'imprimeur ; aucune n'est dans deux lots",
    tag=_TAG,
    takes=JsonBody(schemas.ExportOrders),
    answers=Json(schemas.CardBatchMade, 201),
    keyed=True,
)
def export_card_orders(fields: Fields) -> pb.ExportCardOrdersRequest:
    return pb.ExportCardOrdersRequest(**fields)


@operation(
    POST,
    "/v1/staff/card-batches",
    rpc("wallet", "MakeCards", BULK_S),
    "Faire des cartes sans titulaire, à rattacher plus tard par leur code",
    tag=_TAG,
    takes=JsonBody(schemas.MakeCards),
    answers=Json(schemas.CardBatchMade, 201),
    keyed=True,
)
def make_cards(fields: Fields) -> pb.MakeCardsRequest:
    return pb.MakeCardsRequest(**fields)


@operation(
    GET,
    "/v1/staff/card-batches",
    rpc("wallet", "ListCardBatches"),
    "Lister les lots de cartes",
    tag=_TAG,
    query=Page,
    answers=Json(schemas.CardBatches),
)
def list_card_batches(fields: Fields) -> pb.ListCardBatchesRequest:
    return pb.ListCardBatchesRequest(**fields)


@operation(
    GET,
    "/v1/staff/card-batches/{batch_id}/file",
    rpc("wallet", "GetCardBatchFile", BULK_S),
    "Télécharger le fichier de l'imprimeur, tant que le lot n'est pas envoyé",
    tag=_TAG,
    answers=_PrintersFile("content", ".media_type", ".filename"),
)
def get_card_batch_file(fields: Fields) -> pb.GetCardBatchFileRequest:
    return pb.GetCardBatchFileRequest(**fields)


@operation(
    POST,
    "/v1/staff/card-batches/{batch_id}/sending",
    rpc("wallet", "MarkCardBatchSent", SLOW_S),
    "Dire qu'un lot est envoyé : ses codes ne sont plus conservés",
    tag=_TAG,
    answers=Json(schemas.CardBatchAnswer),
)
def mark_card_batch_sent(fields: Fields) -> pb.MarkCardBatchSentRequest:
    return pb.MarkCardBatchSentRequest(**fields)
