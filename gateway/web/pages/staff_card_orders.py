"""PVC cards: orders that wait, batches for the printer, and a person's cards to block."""

from __future__ import annotations

from atouts.wallet.v1 import card_batches_pb2 as pb
from atouts.wallet.v1 import cards_pb2
from starlette.responses import Response

from gateway import answers
from gateway.bodies import Fields
from gateway.contracts import BULK_S, SLOW_S, rpc
from gateway.schemas.fields import OneOf, Text
from gateway.web import words
from gateway.web.forms import FormSchema, NoFields, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.card import REASONS
from gateway.web.pages.staff_queues import Queue
from gateway.web.visit import View, Visit
from rulebooks import Rulebook

QUEUE = Queue(
    lambda: rpc("wallet", "ListCardOrders"), lambda token: pb.ListCardOrdersRequest(page_token=token), "orders"
)
_LIST = "/agents/cartes"
_DONE = {
    "exporte": "Le lot est fait : téléchargez son fichier, puis dites quand il est envoyé.",
    "envoye": "Le lot est envoyé : ses codes ne sont plus conservés.",
    "bloquee": "Les cartes sont bloquées : plus aucune caisse ne les accepte.",
}
_REASONS = {"perdue": cards_pb2.OPPOSITION_REASON_LOST, "volee": cards_pb2.OPPOSITION_REASON_STOLEN}
_FILE = answers.File("content", ".media_type", ".filename")
_ID = ("[A-Za-z0-9_-]{1,64}", "required")


class ExportForm(FormSchema):
    idempotency_key = Text(128, required=True)
    season_of = Text(170, required=True, pattern=("[A-Za-z0-9_-]{1,64}/[A-Za-z0-9_-]{1,64}", "required"))


class MakeForm(ExportForm):
    count = Text(4, required=True, pattern=("[0-9]{1,4}", "not_a_whole_number"))


class PersonQuery(FormSchema):
    person_id = Text(64, pattern=_ID)


class OppositionForm(FormSchema):
    reason = OneOf(*_REASONS, required=True)


@page(_LIST, STAFF, done=_DONE)
async def card_orders(visit: Visit) -> View:
    """What waits, and the batches, latest first."""
    token = visit.query(PageToken).get("page_token", "")
    waiting = await QUEUE.waiting(visit)
    answer = await visit.ask(rpc("wallet", "ListCardBatches"), pb.ListCardBatchesRequest(page_token=token))
    values = {
        "waiting": waiting,
        "batches": answer.batches,
        "next": answer.next_page_token,
        "seasons": [(f"{one.scheme}/{one.season}", one.title) for one in _with_pvc(visit)],
    }
    return View("agents/cartes.html", values)


@card_orders.act(ExportForm, _LIST + "/lots")
async def export(visit: Visit, fields: Fields) -> Response:
    scheme, season = fields["season_of"].split("/")
    request = pb.ExportCardOrdersRequest(idempotency_key=fields["idempotency_key"], scheme=scheme, season=season)
    await visit.ask(rpc("wallet", "ExportCardOrders", SLOW_S), request)
    return visit.go(_LIST, done="exporte")


@card_orders.act(MakeForm, _LIST + "/sans-titulaire")
async def make(visit: Visit, fields: Fields) -> Response:
    scheme, season = fields["season_of"].split("/")
    request = pb.MakeCardsRequest(
        idempotency_key=fields["idempotency_key"], scheme=scheme, season=season, count=int(fields["count"])
    )
    await visit.ask(rpc("wallet", "MakeCards", BULK_S), request)
    return visit.go(_LIST, done="exporte")


@card_orders.act(NoFields, _LIST + "/lots/{batch_id}/envoi")
async def mark_sent(visit: Visit, _fields: Fields) -> Response:
    request = pb.MarkCardBatchSentRequest(batch_id=visit.id("batch_id"))
    await visit.ask(rpc("wallet", "MarkCardBatchSent", SLOW_S), request)
    return visit.go(_LIST, done="envoye")


@page(_LIST + "/lots/{batch_id}/fichier", STAFF)
async def batch_file(visit: Visit) -> Response:
    request = pb.GetCardBatchFileRequest(batch_id=visit.id("batch_id"))
    return _FILE.render(await visit.ask(rpc("wallet", "GetCardBatchFile", BULK_S), request))


@page(_LIST + "/jeunes", STAFF)
async def find_person(visit: Visit) -> View | Response:
    """By the identifier that the person reads in their space."""
    person_id = visit.query(PersonQuery).get("person_id", "")
    if person_id:
        return visit.go(f"{_LIST}/jeunes/{person_id}")
    return View("agents/cartes_jeune.html", {"person_id": "", "cards": [], "orders": []})


@page(_LIST + "/jeunes/{person_id}", STAFF, done=_DONE)
async def person_cards(visit: Visit) -> View:
    person_id = visit.id("person_id")
    found = await visit.ask(rpc("wallet", "ListPersonCards"), pb.ListPersonCardsRequest(person_id=person_id))
    values = {
        "person_id": person_id,
        "cards": found.cards,
        "orders": found.orders,
        "forms": words.CARD_FORMS,
        "states": words.CARD_STATES,
        "order_states": words.CARD_ORDER_STATES,
        "may_oppose": any(one.state == cards_pb2.CARD_STATE_ACTIVE for one in found.cards),
        "reasons": REASONS,
    }
    return View("agents/cartes_jeune.html", values)


@person_cards.act(OppositionForm)
async def oppose(visit: Visit, fields: Fields) -> Response:
    person_id = visit.id("person_id")
    request = pb.OpposePersonCardsRequest(person_id=person_id, reason=_REASONS[fields["reason"]])
    await visit.ask(rpc("wallet", "OpposePersonCards"), request)
    return visit.go(f"{_LIST}/jeunes/{person_id}", done="bloquee")


def _with_pvc(visit: Visit) -> list[Rulebook]:
    rulebooks = visit.setting.catalogue.of_authority(visit.authority.id)
    return [rulebook for rulebook in rulebooks if "pvc" in rulebook.card.forms]
