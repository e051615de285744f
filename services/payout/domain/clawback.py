"""Money of a debit that its partner pays back: one person proposes it, another approves it, the wallet writes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.payout.domain.accruals import Accrual
from services.payout.domain.errors import (
    ClawbackAboveDebit,
    ClawbackDecided,
    ClawbackOfCancelledDebit,
    ClawbackOfUnpaidBenefit,
    OwnClawback,
)


class ClawbackState(StrEnum):
    """`approved`: decided, and on its way to the wallet; `recorded`: in the ledger, set against what is owed;
    `refused`: the wallet would not write it."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    RECORDED = "recorded"
    REFUSED = "refused"
    DROPPED = "dropped"


# What takes a part of its debit, or may still.
STANDING = (ClawbackState.PROPOSED, ClawbackState.APPROVED, ClawbackState.RECORDED)


@dataclass(frozen=True, slots=True)
class Clawback:
    """`amount_cents` > 0, of the debit; `reason` is French, for staff. `refused_for`: the wallet's reason."""

    clawback_id: str
    debit_id: str
    partner_id: str
    amount_cents: int
    reason: str
    proposed_by: str
    proposed_at: datetime
    state: ClawbackState = ClawbackState.PROPOSED
    decided_by: str = ""
    decided_at: datetime | None = None
    refused_for: str = ""

    def approve(self, by: str, at: datetime) -> Clawback:
        """Raises ClawbackDecided, OwnClawback."""
        if self.state is ClawbackState.PROPOSED and by == self.proposed_by:
            raise OwnClawback(self.clawback_id)
        return self._decided(ClawbackState.APPROVED, by, at)

    def drop(self, by: str, at: datetime) -> Clawback:
        """By whomever: who proposed it may think again. Raises ClawbackDecided."""
        return self._decided(ClawbackState.DROPPED, by, at)

    def told(self, refused_for: str) -> Clawback:
        """What the wallet answered; nothing where it wrote it."""
        state = ClawbackState.REFUSED if refused_for else ClawbackState.RECORDED
        return replace(self, state=state, refused_for=refused_for)

    def _decided(self, state: ClawbackState, by: str, at: datetime) -> Clawback:
        if self.state is not ClawbackState.PROPOSED:
            raise ClawbackDecided(self.clawback_id)
        return replace(self, state=state, decided_by=by, decided_at=at)


def check_claimable(debit: Accrual, cancelled: bool, standing_cents: int, amount_cents: int) -> None:
    """`standing_cents`: of other clawbacks of the debit. The wallet looks again when it writes.

    Raises ClawbackOfUnpaidBenefit, ClawbackOfCancelledDebit, ClawbackAboveDebit.
    """
    if not debit.paid_out:
        raise ClawbackOfUnpaidBenefit(debit.debit_id)
    if cancelled:
        raise ClawbackOfCancelledDebit(debit.debit_id)
    left_cents = debit.amount_cents - standing_cents
    if amount_cents > left_cents:
        raise ClawbackAboveDebit(left_cents)


def movement_of(clawback: Clawback, debit: Accrual, at: datetime, day: date) -> Accrual:
    """What is set against the partner's debits; `day` is the Paris day of `at`."""
    return replace(
        debit,
        movement_id=clawback.clawback_id,
        amount_cents=-clawback.amount_cents,
        occurred_at=at,
        business_day=day,
        clawback=True,
    )
