"""The till: presenting a card, debiting, cancelling."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.access_uses import Access
from gateway.schemas.at_till import AtTill
from gateway.schemas.fields import Amount, Cents, Counted, Day, Instant, Part, Picture, Shown, Strict, Text
from gateway.schemas.paging import Page, Paged


class PresentCard(Strict):
    code = Text(300, required=True)
    device = Text(80, required=True)


class Spendable(Shown):
    scheme = fields.String()
    season = fields.String()
    benefit = fields.String()
    title = fields.String()
    category = fields.String()
    balance_cents = Amount()
    kind = fields.String()
    unit_cents = Amount()
    holder_unit_cents = Amount()
    uses_left = Counted()
    whole_amount_only = fields.Boolean()
    asks_code = fields.Boolean()
    top_up_cents = Amount()
    top_up_sentence = fields.String()


class Presentation(Shown):
    presentation_id = fields.String()
    expires_at = Instant()
    spendable = fields.List(Part(Spendable))
    identity_shown = fields.Boolean()
    photo_shown = fields.Boolean()
    accesses = fields.List(Part(Access))


class HolderQuery(Strict):
    device = Text(80, required=True)


class ShownHolder(Shown):
    given_name = fields.String()
    surname = fields.String()
    photo = Picture()


class Debit(AtTill):
    amount_cents = Cents(required=True)


class Receipt(Shown):
    debit_id = fields.String()
    amount_cents = Amount()
    balance_cents = Amount()
    occurred_at = Instant()
    scheme = fields.String()
    season = fields.String()
    benefit = fields.String()


class DebitAnswer(Shown):
    receipt = Part(Receipt)
    replayed = fields.Boolean()


class Cancellation(Strict):
    """`presentation_id`: of the same holder's card, where the rulebook wants them there."""

    presentation_id = Text(64)


class CancellationAnswer(Shown):
    cancellation_id = fields.String()
    amount_cents = Amount()
    occurred_at = Instant()
    replayed = fields.Boolean()


class PartnerDebitsQuery(Page):
    from_day = Day()
    to_day = Day()


class PartnerDebit(Shown):
    debit_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    benefit = fields.String()
    category = fields.String()
    amount_cents = Amount()
    occurred_at = Instant()
    cancelled = fields.Boolean()
    channel = fields.String()


class PartnerDebits(Paged):
    debits = fields.List(Part(PartnerDebit))
