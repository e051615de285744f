"""Prepayment vouchers: the holder's, and at the till."""

from __future__ import annotations

from atouts.wallet.v1 import vouchers_pb2 as pb
from marshmallow import fields

from gateway.schemas.debits import Receipt
from gateway.schemas.fields import Amount, Cents, Instant, Part, Shown, Strict, Text, Word
from gateway.schemas.paging import Paged


class CreateVoucher(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    benefit = Text(80, required=True)
    partner_id = Text(64, required=True)
    amount_cents = Cents(required=True)


class Voucher(Shown):
    voucher_id = fields.String()
    code = fields.String()
    state = Word(pb.VoucherState)
    wallet_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    benefit = fields.String()
    title = fields.String()
    partner_id = fields.String()
    amount_cents = Amount()
    redeemed_cents = Amount()
    created_at = Instant()
    expires_on = fields.String()


class VoucherAnswer(Shown):
    voucher = Part(Voucher)
    replayed = fields.Boolean()


class Vouchers(Paged):
    vouchers = fields.List(Part(Voucher))


class ReadVoucher(Strict):
    code = Text(60, required=True)


class VoucherReading(Shown):
    scheme = fields.String()
    season = fields.String()
    benefit = fields.String()
    title = fields.String()
    amount_cents = Amount()
    expires_on = fields.String()


class RedeemVoucher(Strict):
    code = Text(60, required=True)
    amount_cents = Cents(required=True)
    device = Text(80, required=True)


class Redemption(Shown):
    receipt = Part(Receipt)
    returned_cents = Amount()
    replayed = fields.Boolean()
