"""Cards as staff see and make them: a person's, orders, batches for the printer."""

from __future__ import annotations

from uuid import UUID

from atouts.wallet.v1 import card_batches_pb2 as pb
from google.protobuf.message import Message

from chassis.errors import Malformed
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.wallet.application import card_orders as use_cases
from services.wallet.application import own_cards
from services.wallet.application.idempotency import RequestKey, hash_request
from services.wallet.application.own_cards import OpposeCards
from services.wallet.bootstrap import Parts
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.card_messages import CardMessages, order_message, order_state_of, reason_of
from services.wallet.store import card_orders, held_cards

_MOST_CARDS = 5_000


class CardBatchDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def list_person_cards(self, work: Work, request: pb.ListPersonCardsRequest) -> pb.ListPersonCardsResponse:
        person_id, messages = parse.identifier("person_id", request.person_id), self._messages(work)
        return pb.ListPersonCardsResponse(
            cards=[messages.card(held) for held in held_cards.of_person(work, person_id)],
            orders=[order_message(order) for order in card_orders.of_person(work, person_id)],
        )

    def oppose_person_cards(self, work: Work, request: pb.OpposePersonCardsRequest) -> pb.OpposePersonCardsResponse:
        command = OpposeCards(
            parse.identifier("person_id", request.person_id),
            parse.identifier("card_id", request.card_id) if request.card_id else None,
            reason_of(request.reason),
            by_staff=True,
        )
        opposed, messages = own_cards.oppose_cards(work, self._parts.rules, command), self._messages(work)
        return pb.OpposePersonCardsResponse(cards=[messages.card(held) for held in opposed])

    def list_card_orders(self, work: Work, request: pb.ListCardOrdersRequest) -> pb.ListCardOrdersResponse:
        found, next_page_token = card_orders.page(work, order_state_of(request.state), request.page_token)
        orders = [order_message(order) for order in found]
        return pb.ListCardOrdersResponse(orders=orders, next_page_token=next_page_token)

    def export_card_orders(self, work: Work, request: pb.ExportCardOrdersRequest) -> pb.ExportCardOrdersResponse:
        scheme, season = parse.name("scheme", request.scheme), parse.name("season", request.season)
        key = self._key(work, "export_card_orders", request.idempotency_key, request)
        outcome, replayed = use_cases.export_orders(work, self._parts.rules, key, scheme, season)
        return pb.ExportCardOrdersResponse(batch=self._batch(work, outcome["batch_id"]), replayed=replayed)

    def make_cards(self, work: Work, request: pb.MakeCardsRequest) -> pb.MakeCardsResponse:
        scheme, season = parse.name("scheme", request.scheme), parse.name("season", request.season)
        if not 1 <= request.count <= _MOST_CARDS:
            raise Malformed("count", f"Demandez de 1 à {_MOST_CARDS} cartes.", f"Ask for 1 to {_MOST_CARDS} cards.")
        key = self._key(work, "make_cards", request.idempotency_key, request)
        outcome, replayed = use_cases.make_cards(work, self._parts.rules, key, scheme, season, request.count)
        return pb.MakeCardsResponse(batch=self._batch(work, outcome["batch_id"]), replayed=replayed)

    def list_card_batches(self, work: Work, request: pb.ListCardBatchesRequest) -> pb.ListCardBatchesResponse:
        found, next_page_token = card_orders.batch_page(work, request.page_token)
        messages = self._messages(work)
        batches = [messages.batch(batch) for batch in found]
        return pb.ListCardBatchesResponse(batches=batches, next_page_token=next_page_token)

    @direct
    def get_card_batch_file(self, call: Call, request: pb.GetCardBatchFileRequest) -> pb.GetCardBatchFileResponse:
        """Identity names the holders between transactions."""
        batch_id = parse.identifier("batch_id", request.batch_id)
        made = self._parts.card_ordering.printers_file(call.context, batch_id)
        return pb.GetCardBatchFileResponse(
            filename=made.filename, content=made.content, media_type=made.media_type, left_out=made.left_out
        )

    def mark_card_batch_sent(self, work: Work, request: pb.MarkCardBatchSentRequest) -> pb.MarkCardBatchSentResponse:
        batch_id = parse.identifier("batch_id", request.batch_id)
        batch = use_cases.mark_sent(work, self._parts.rules, batch_id)
        return pb.MarkCardBatchSentResponse(batch=self._messages(work).batch(batch))

    def _messages(self, work: Work) -> CardMessages:
        return CardMessages.of(work, self._parts.rules)

    def _batch(self, work: Work, batch_id: str) -> pb.CardBatch:
        return self._messages(work).batch(use_cases.batch_of(work, UUID(batch_id)))

    def _key(self, work: Work, operation: str, key: str, request: Message) -> RequestKey:
        digest = hash_request(self._parts.request_key, request.SerializeToString(deterministic=True))
        return RequestKey(f"authority:{work.authority_id}", operation, parse.idempotency_key(key), digest)
