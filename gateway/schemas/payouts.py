"""Payout runs, what partners are owed, and what is held."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Amount, Instant, Part, Shown, Strict, Text, Whole, Word
from gateway.schemas.paging import Page, Paged


class DayGap(Shown):
    day = fields.String()
    partner_id = fields.String()
    wallet_count = fields.Integer()
    own_count = fields.Integer()
    wallet_sum_cents = Amount()
    own_sum_cents = Amount()


class Remittance(Shown):
    remittance_id = fields.String()
    run_id = fields.String()
    partner_id = fields.String()
    amount_cents = Amount()
    movements = fields.Integer()
    held_for = fields.String()
    reference = fields.String()
    categories = fields.List(fields.String())


class PaidRemittance(Remittance):
    scheme = fields.String()
    season = fields.String()
    period_start = fields.String()
    period_end = fields.String()
    issued_at = Instant()


class Run(Shown):
    run_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    period_start = fields.String()
    period_end = fields.String()
    due_on = fields.String()
    state = Word(pb.RunState)
    payable_cents = Amount()
    held_cents = Amount()
    proposed_by = fields.String()
    approved_by = fields.String()
    issued_at = Instant()
    remittances = fields.List(Part(Remittance))
    gaps = fields.List(Part(DayGap))


class RunsQuery(Page):
    state = Word(pb.RunState)


class StatementQuery(Strict):
    format = Word(pb.StatementFormat)


class Runs(Paged):
    runs = fields.List(Part(Run))


class RunAnswer(Shown):
    run = Part(Run)


class Approval(Strict):
    payable_cents = Whole(0, required=True, metadata={"description": "Ce que l'approbateur a vu, en centimes"})


class Hold(Shown):
    hold_id = fields.String()
    partner_id = fields.String()
    code = fields.String()
    reason = fields.String()
    placed_at = Instant()
    lifted_at = Instant()
    scheme = fields.String()
    season = fields.String()
    categories = fields.List(fields.String())


class HoldsQuery(Strict):
    lifted = Text(5, pattern=("true|false", "not_a_boolean"))


class Holds(Shown):
    holds = fields.List(Part(Hold))


class PlaceHold(Strict):
    reason = Text(500, required=True)


class HoldAnswer(Shown):
    hold = Part(Hold)


class PartnerAccount(Shown):
    partner_id = fields.String()
    owed_cents = Amount()
    held_cents = Amount()
    paid_cents = Amount()
    recorded_cents = Amount()
    remittances = fields.List(Part(PaidRemittance))
    holds = fields.List(Part(Hold))
