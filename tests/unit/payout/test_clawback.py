"""A clawback's states, and how much of a debit it may take."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.payout.domain.accruals import Accrual
from services.payout.domain.clawback import Clawback, ClawbackState, check_claimable, movement_of
from services.payout.domain.errors import (
    ClawbackAboveDebit,
    ClawbackDecided,
    ClawbackOfCancelledDebit,
    ClawbackOfUnpaidBenefit,
    OwnClawback,
    PayoutRefused,
)

NOW = datetime(2025, 10, 4, 22, 30, tzinfo=UTC)
DEBIT = Accrual("d", "d", "p", "s", "2025-2026", "livres", "livres", 5_000, NOW, date(2025, 9, 2), "hash")
PROPOSED = Clawback("c", "d", "p", 1_200, "Hors agrément.", "anne", NOW)


def test_two_persons_decide_and_the_wallet_has_the_last_word() -> None:
    """Approved, then recorded or refused with the wallet's reason."""
    approved = PROPOSED.approve("bruno", NOW)
    assert (approved.state, approved.decided_by) == (ClawbackState.APPROVED, "bruno")
    assert approved.told("").state is ClawbackState.RECORDED
    refused = approved.told("already_cancelled")
    assert (refused.state, refused.refused_for) == (ClawbackState.REFUSED, "already_cancelled")


def test_who_proposed_may_drop_it_and_not_approve_it() -> None:
    """Thinking again is one person's; giving money another place is two's."""
    with pytest.raises(OwnClawback):
        PROPOSED.approve("anne", NOW)
    assert PROPOSED.drop("anne", NOW).state is ClawbackState.DROPPED


@pytest.mark.parametrize("state", [state for state in ClawbackState if state is not ClawbackState.PROPOSED])
def test_a_clawback_is_decided_once(state: ClawbackState) -> None:
    """By whomever, also by who proposed it."""
    decided = replace(PROPOSED, state=state)
    for by in ("anne", "bruno"):
        with pytest.raises(ClawbackDecided):
            decided.approve(by, NOW)
        with pytest.raises(ClawbackDecided):
            decided.drop(by, NOW)


@pytest.mark.parametrize(
    ("debit", "cancelled", "standing_cents", "amount_cents", "refused"),
    [
        (replace(DEBIT, paid_out=False), False, 0, 1, ClawbackOfUnpaidBenefit),
        (DEBIT, True, 0, 1, ClawbackOfCancelledDebit),
        (DEBIT, False, 0, 5_001, ClawbackAboveDebit),
        (DEBIT, False, 4_000, 1_001, ClawbackAboveDebit),
    ],
)
def test_no_more_than_is_left_of_a_debit_that_stands(
    debit: Accrual, cancelled: bool, standing_cents: int, amount_cents: int, refused: type[PayoutRefused]
) -> None:
    """What other clawbacks take is not there any more; the last cent may be taken."""
    with pytest.raises(refused):
        check_claimable(debit, cancelled, standing_cents, amount_cents)
    check_claimable(DEBIT, False, 4_000, 1_000)


def test_it_is_set_against_the_partner_on_the_day_of_its_approval() -> None:
    """Of the debit's benefit and season, as a negative movement that is no cancellation."""
    day = date(2025, 10, 5)
    movement = movement_of(PROPOSED, DEBIT, NOW + timedelta(days=1), day)
    assert (movement.movement_id, movement.debit_id, movement.amount_cents) == ("c", "d", -1_200)
    assert (movement.business_day, movement.benefit, movement.is_cancellation) == (day, "livres", False)
