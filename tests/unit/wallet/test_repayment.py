"""Corrections by two persons, and what goes back to the envelope."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.wallet.domain.budget_errors import (
    ClawbackAboveDebit,
    ClawedBack,
    CorrectionDecided,
    EnvelopeSpent,
    SecondPersonNeeded,
)
from services.wallet.domain.correction import Correction, CorrectionState
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.errors import AlreadyCancelled, BalanceTooLow
from services.wallet.domain.ledger import Act
from services.wallet.domain.repayment import check_not_undone, claw_back, undo_to_envelope
from services.wallet.domain.wallet import Adjustment, PastDebit, Wallet

NOON = datetime(2025, 10, 4, 12, tzinfo=UTC)
ACT = Act(NOON, date(2025, 10, 4), "hash")
DEBIT = PastDebit(UUID(int=1), UUID(int=2), UUID(int=3), "c", 700, date(2025, 10, 1), "hash", uses=1)


def envelope(left_cents: int = 1_000) -> Envelope:
    return Envelope(UUID(int=9), "s", "2025-2026", "b", 10_000, left_cents, 5)


def wallet(balance_cents: int = 500, uses_left: int | None = None) -> Wallet:
    days = date(2025, 7, 1), date(2026, 6, 30)
    names = UUID(int=2), UUID(int=4), UUID(int=5), UUID(int=9)
    return Wallet(*names, "s", "2025-2026", "b", "c", *days, 800, balance_cents, 3, uses_left)


def proposed(by: str = "ada") -> Correction:
    return Correction(uuid4(), UUID(int=2), Adjustment(100), "double passage", by, NOON)


@given(st.integers(-900, 1_200).filter(bool))
def test_a_correction_moves_cents_between_wallet_and_envelope_and_makes_none(cents: int) -> None:
    """What one gains the other loses; never below zero, never beyond the vote."""
    before, budget = wallet(), envelope()
    try:
        after, left, transfer = before.correct(budget, Adjustment(cents), uuid4(), ACT)
    except EnvelopeSpent:
        assert cents > budget.unallocated_cents
        return
    except BalanceTooLow:
        assert -cents > before.balance_cents
        return
    assert after.balance_cents + left.unallocated_cents == before.balance_cents + budget.unallocated_cents
    assert after.credited_cents - before.credited_cents == cents
    assert sum(entry.amount_cents for entry in transfer.entries) == 0
    assert transfer.amount_cents == abs(cents)


def test_uses_go_with_a_correction() -> None:
    """A ticket that is given back comes with its cents; more than are left cannot be taken."""
    after, _, transfer = wallet(500, uses_left=1).correct(envelope(), Adjustment(500, 1), uuid4(), ACT)
    assert (after.uses_left, transfer.uses) == (2, 1)
    with pytest.raises(BalanceTooLow):
        wallet(500, uses_left=1).correct(envelope(), Adjustment(-500, -2), uuid4(), ACT)


def test_one_person_proposes_and_another_confirms() -> None:
    """Never the same; once; who proposed it may drop it."""
    with pytest.raises(SecondPersonNeeded):
        proposed("ada").confirmed("ada", NOON, uuid4())
    confirmed = proposed("ada").confirmed("bea", NOON, uuid4())
    assert (confirmed.state, confirmed.decided_by) == (CorrectionState.CONFIRMED, "bea")
    with pytest.raises(CorrectionDecided):
        confirmed.confirmed("cleo", NOON, uuid4())
    with pytest.raises(CorrectionDecided):
        confirmed.dropped("cleo", NOON)
    assert proposed("ada").dropped("ada", NOON).state is CorrectionState.DROPPED


def test_what_is_undone_after_the_wallet_closed_goes_to_the_envelope() -> None:
    """The partner gives the whole debit back, no use comes back, and the cents may be credited again."""
    left, transfer = undo_to_envelope(envelope(), DEBIT, uuid4(), ACT)
    assert left.unallocated_cents == 1_700
    assert (transfer.cancels, transfer.uses) == (DEBIT.debit_id, None)
    assert sorted(entry.amount_cents for entry in transfer.entries) == [-700, 700]


@pytest.mark.parametrize(
    ("cancelled", "clawed_back_cents", "asked_cents", "refused"),
    [
        (False, 0, 700, None),
        (False, 300, 400, None),
        (False, 300, 401, ClawbackAboveDebit),
        (False, 0, 701, ClawbackAboveDebit),
        (True, 0, 1, AlreadyCancelled),
    ],
)
def test_a_partner_gives_back_what_it_still_has(
    cancelled: bool, clawed_back_cents: int, asked_cents: int, refused: type[Exception] | None
) -> None:
    """Never more than the debit, all clawbacks together; nothing of a debit that was cancelled."""
    debit = PastDebit(
        DEBIT.debit_id, DEBIT.wallet_id, DEBIT.partner_id, "c", 700, DEBIT.business_day, "hash",
        cancelled=cancelled, clawed_back_cents=clawed_back_cents,
    )  # fmt: skip
    if refused:
        with pytest.raises(refused):
            claw_back(envelope(), debit, asked_cents, uuid4(), ACT)
        return
    left, transfer = claw_back(envelope(), debit, asked_cents, uuid4(), ACT)
    assert left.unallocated_cents == 1_000 + asked_cents
    assert (transfer.partner_id, transfer.wallet_id) == (None, DEBIT.wallet_id)


def test_a_debit_is_not_undone_once_a_part_was_clawed_back() -> None:
    """One money, one way back."""
    half = PastDebit(
        DEBIT.debit_id, DEBIT.wallet_id, DEBIT.partner_id, "c", 700, DEBIT.business_day, "hash", clawed_back_cents=1
    )
    with pytest.raises(ClawedBack):
        check_not_undone(half)
