"""Clawbacks: two persons decide one, the wallet writes it in the ledger, and the partner's next remittance bears it.

The decision is committed before the wallet is told, by a job that goes on until the wallet has answered: payout says
that money is paid back only once the ledger has it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from chassis.work import Work
from services.payout import metrics
from services.payout.domain.clawback import Clawback, ClawbackState, check_claimable, movement_of
from services.payout.store.accruals import Accruals, add_all
from services.payout.store.clawbacks import Clawbacks

KIND = "tell_clawback"


@dataclass(frozen=True, slots=True)
class ProposeClawback:
    """Order of a first person. `reason` is French, for staff."""

    debit_id: str
    amount_cents: int
    reason: str


def propose_clawback(work: Work, order: ProposeClawback) -> Clawback:
    """Nothing moves yet. Raises UnknownMovement, ClawbackOfUnpaidBenefit, ClawbackOfCancelledDebit,
    ClawbackAboveDebit."""
    accruals = Accruals(work)
    debit = accruals.lock_debit(order.debit_id)
    standing_cents = Clawbacks(work).standing_cents(order.debit_id)
    check_claimable(debit, accruals.is_cancelled(order.debit_id), standing_cents, order.amount_cents)
    by = work.context.account_id
    proposed = Clawback(
        str(uuid.uuid4()), debit.debit_id, debit.partner_id, order.amount_cents, order.reason, by, work.now
    )
    Clawbacks(work).add(proposed)
    _audit(work, "propose_clawback", proposed)
    return proposed


def approve_clawback(work: Work, clawback_id: str) -> Clawback:
    """By a second person; the wallet is told at once, or as soon as it is back.

    Raises UnknownClawback, ClawbackDecided, OwnClawback.
    """
    approved = Clawbacks(work).lock(clawback_id).approve(work.context.account_id, work.now)
    Clawbacks(work).save(approved)
    work.schedule(KIND, clawback_id, work.now, {"clawback_id": clawback_id})
    _audit(work, "approve_clawback", approved)
    return approved


def drop_clawback(work: Work, clawback_id: str) -> Clawback:
    """Raises UnknownClawback, ClawbackDecided."""
    dropped = Clawbacks(work).lock(clawback_id).drop(work.context.account_id, work.now)
    Clawbacks(work).save(dropped)
    _audit(work, "drop_clawback", dropped)
    return dropped


def keep_told(work: Work, clawback_id: str, refused_for: str) -> None:
    """What the wallet answered: written, it is a movement that the next run takes up; told again, it is the same."""
    approved = Clawbacks(work).lock(clawback_id)
    if approved.state is not ClawbackState.APPROVED:
        return
    told = approved.told(refused_for)
    Clawbacks(work).save(told)
    if not refused_for:
        debit = Accruals(work).lock_debit(told.debit_id)
        metrics.count_accruals(work, add_all([(work, movement_of(told, debit, work.now, work.today))]))
    _audit(work, "clawback_told", told)


def _audit(work: Work, act: str, clawback: Clawback) -> None:
    facts = {"debit_id": clawback.debit_id, "amount_cents": clawback.amount_cents, "state": clawback.state}
    work.audit(act, clawback.clawback_id, after=facts)
