"""The till: presenting a card, debiting, cancelling."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from gateway.schemas.fields import (
    Amount,
    Cents,
    Counted,
    Day,
    Instant,
    OneOf,
    Part,
    Picture,
    SecretCode,
    Shown,
    Strict,
    Text,
)
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


class Presentation(Shown):
    presentation_id = fields.String()
    expires_at = Instant()
    spendable = fields.List(Part(Spendable))
    identity_shown = fields.Boolean()
    photo_shown = fields.Boolean()


class HolderQuery(Strict):
    device = Text(80, required=True)


class ShownHolder(Shown):
    given_name = fields.String()
    surname = fields.String()
    photo = Picture()


class Debit(Strict):
    """With the presentation of a card, or all at once with its code; only the latter says by which channel."""

    presentation_id = Text(64)
    code = Text(300)
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    benefit = Text(80, required=True)
    amount_cents = Cents(required=True)
    device = Text(80, required=True)
    channel = OneOf("till", "terminal", "nfc")
    secret_code = SecretCode()

    @validates_schema
    def one_of_both(self, data: dict[str, Any], **_rest: Any) -> None:
        if ("presentation_id" in data) == ("code" in data):
            raise ValidationError("one_of_both", "code")


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
