"""What partners pay back, two persons each time."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Amount, Instant, Part, Shown, Strict, Text, Whole, Word
from gateway.schemas.paging import Page, Paged

_MOST_CENTS = 100_000_000_00


class ProposeClawback(Strict):
    debit_id = Text(64, required=True)
    amount_cents = Whole(1, _MOST_CENTS, required=True)
    reason = Text(300, least=3, required=True)


class Clawback(Shown):
    clawback_id = fields.String()
    debit_id = fields.String()
    partner_id = fields.String()
    amount_cents = Amount()
    reason = fields.String()
    state = Word(pb.ClawbackState)
    proposed_by = fields.String()
    proposed_at = Instant()
    decided_by = fields.String()
    decided_at = Instant()
    refused_for = fields.String()
    run_id = fields.String()
    remittance_reference = fields.String()


class ClawbackAnswer(Shown):
    clawback = Part(Clawback)


class ClawbacksQuery(Page):
    state = Word(pb.ClawbackState)


class Clawbacks(Paged):
    clawbacks = fields.List(Part(Clawback))
