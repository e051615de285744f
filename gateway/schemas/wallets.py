"""Wallets, their movements, the code that is shown at a till, and the secret one that goes with it."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.fields import Amount, Counted, Instant, Part, SecretCode, Shown, Strict
from gateway.schemas.held_cards import CardOffer, CardOrder, HeldCard
from gateway.schemas.paging import Paged


class Wallet(Shown):
    wallet_id = fields.String()
    membership_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    benefit = fields.String()
    title = fields.String()
    category = fields.String()
    credited_cents = Amount()
    balance_cents = Amount()
    spend_until = fields.String()
    reserved_cents = Amount()
    kind = fields.String()
    uses_left = Counted()
    unit_cents = Amount()
    holder_unit_cents = Amount()


class Wallets(Shown):
    wallets = fields.List(Part(Wallet))


class Movement(Shown):
    movement_id = fields.String()
    wallet_id = fields.String()
    kind = fields.String()
    amount_cents = Amount()
    balance_after_cents = Amount()
    partner_id = fields.String()
    occurred_at = Instant()
    voucher_id = fields.String()
    captured_cents = Amount()
    cause = fields.String()


class Movements(Paged):
    movements = fields.List(Part(Movement))


class CardCode(Shown):
    code = fields.String()
    valid_until = Instant()
    typed_code = fields.String()


class SecretCodeUse(Shown):
    scheme = fields.String()
    season = fields.String()
    title = fields.String()
    digits = fields.Integer()
    asked_by = fields.List(fields.String())
    needed_by = fields.List(fields.String())


class Card(Shown):
    secret_code_chosen = fields.Boolean()
    secret_code_locked = fields.Boolean()
    secret_code_uses = fields.List(Part(SecretCodeUse))
    cards = fields.List(Part(HeldCard))
    offers = fields.List(Part(CardOffer))
    orders = fields.List(Part(CardOrder))


class NewSecretCode(Strict):
    secret_code = SecretCode(required=True)
