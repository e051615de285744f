"""What staff put right in wallets, two persons each time."""

from __future__ import annotations

from atouts.wallet.v1 import corrections_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Amount, Instant, Part, Shown, Strict, Text, Whole, Word
from gateway.schemas.paging import Page, Paged

_MOST_CENTS = 100_000_000_00


class ProposeCorrection(Strict):
    """Either the wallet and what it gains, signed, or the debit to be undone."""

    wallet_id = Text(64)
    amount_cents = Whole(-_MOST_CENTS, _MOST_CENTS)
    uses = Whole(-1_000, 1_000)
    debit_id = Text(64)
    reason = Text(200, least=3, required=True)


class Correction(Shown):
    correction_id = fields.String()
    wallet_id = fields.String()
    amount_cents = Amount()
    uses = fields.Integer()
    debit_id = fields.String()
    reason = fields.String()
    state = Word(pb.CorrectionState)
    proposed_by = fields.String()
    proposed_at = Instant()
    decided_by = fields.String()
    decided_at = Instant()


class CorrectionAnswer(Shown):
    correction = Part(Correction)


class CorrectionsQuery(Page):
    state = Word(pb.CorrectionState)


class Corrections(Paged):
    corrections = fields.List(Part(Correction))
