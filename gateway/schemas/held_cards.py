"""A holder's cards, their orders, and the batches that staff have printed."""

from __future__ import annotations

from atouts.wallet.v1 import cards_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Instant, Part, Shown, Strict, Text, Whole, Word
from gateway.schemas.paging import Page, Paged


class HeldCard(Shown):
    card_id = fields.String()
    form = Word(pb.CardForm)
    state = Word(pb.CardState)
    scheme = fields.String()
    season = fields.String()
    title = fields.String()
    last_day = fields.String()
    made_at = Instant()
    activated_at = Instant()
    ended_at = Instant()
    opposed_for = Word(pb.OppositionReason)


class HeldCards(Shown):
    cards = fields.List(Part(HeldCard))


class HeldCardAnswer(Shown):
    card = Part(HeldCard)


class CardOffer(Shown):
    form = Word(pb.CardForm)
    scheme = fields.String()
    season = fields.String()
    title = fields.String()
    photo = fields.Boolean()
    pairing = fields.Boolean()


class CardOrder(Shown):
    order_id = fields.String()
    person_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    state = Word(pb.CardOrderState)
    batch_id = fields.String()
    ordered_at = Instant()
    exported_at = Instant()
    sent_at = Instant()
    activated_at = Instant()


class CardOrderAnswer(Shown):
    order = Part(CardOrder)


class Pairing(Strict):
    code = Text(60, required=True)


class Opposition(Strict):
    """Without a card, all that are in use."""

    card_id = Text(64)
    reason = Word(pb.OppositionReason, required=True)


class PersonCards(Shown):
    cards = fields.List(Part(HeldCard))
    orders = fields.List(Part(CardOrder))


class CardOrdersQuery(Page):
    state = Word(pb.CardOrderState)


class CardOrders(Paged):
    orders = fields.List(Part(CardOrder))


class CardBatch(Shown):
    batch_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    title = fields.String()
    cards = fields.Integer()
    without_holders = fields.Boolean()
    made_at = Instant()
    sent_at = Instant()


class CardBatches(Paged):
    batches = fields.List(Part(CardBatch))


class CardBatchAnswer(Shown):
    batch = Part(CardBatch)


class CardBatchMade(CardBatchAnswer):
    replayed = fields.Boolean()


class ExportOrders(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)


class MakeCards(ExportOrders):
    count = Whole(1, 5_000, required=True)
