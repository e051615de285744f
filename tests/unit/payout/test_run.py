"""Decisions on a run, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rulebooks.schedule import Period
from services.payout.domain.counting import Gap, Tally, gaps_of
from services.payout.domain.errors import (
    NothingToPay,
    RunChanged,
    RunNotPrepared,
    RunNotProposed,
    SecondPersonNeeded,
)
from services.payout.domain.holds import HoldCode, told_first
from services.payout.domain.run import Run, RunState, days_of, held_cents, hold_back, payable_cents, plan

DAY = date(2025, 10, 26)
RUN = Run("5f0c1a4e-0000-4000-8000-000000000001", "books", "2025-2026", Period(date(2025, 10, 20), DAY), DAY)
CINEMA, CLUB, SHOP = "cinema", "club", "shop"


@pytest.mark.parametrize(
    ("wallet", "own", "gaps"),
    [
        ({}, {}, []),
        ({SHOP: Tally(2, 300)}, {SHOP: Tally(2, 300)}, []),
        ({SHOP: Tally(2, 300)}, {}, [Gap(DAY, SHOP, Tally(2, 300), Tally(0, 0))]),
        ({}, {SHOP: Tally(1, 50)}, [Gap(DAY, SHOP, Tally(0, 0), Tally(1, 50))]),
        # Same sum, another count: two movements that add up to nothing are still missing.
        ({SHOP: Tally(3, 300)}, {SHOP: Tally(1, 300)}, [Gap(DAY, SHOP, Tally(3, 300), Tally(1, 300))]),
        ({SHOP: Tally(1, 300)}, {SHOP: Tally(1, 299)}, [Gap(DAY, SHOP, Tally(1, 300), Tally(1, 299))]),
    ],
)
def test_a_day_agrees_when_count_and_sum_of_each_partner_do(
    wallet: dict[str, Tally], own: dict[str, Tally], gaps: list[Gap]
) -> None:
    """Neither alone proves that nothing is missing."""
    assert list(gaps_of(DAY, wallet, own)) == gaps


def test_partners_who_are_due_nothing_have_no_line() -> None:
    """Debits that were all cancelled, and more cancelled than debited: nobody is asked for money."""
    lines = plan(RUN, {CINEMA: Tally(2, 0), CLUB: Tally(1, -5), SHOP: Tally(1, 1)}, {})
    assert [(line.partner_id, line.amount_cents, line.held_for) for line in lines] == [(SHOP, 1, None)]


def test_held_partners_are_told_and_not_paid() -> None:
    """A line for each, and two totals."""
    lines = plan(RUN, {SHOP: Tally(1, 100), CLUB: Tally(1, 7)}, {CLUB: HoldCode.STAFF})
    assert (payable_cents(lines), held_cents(lines)) == (100, 7)
    assert RUN.prepare(lines).state is RunState.PREPARED


def test_a_run_that_pays_nobody_is_closed() -> None:
    """Nobody is asked to approve an empty transfer file."""
    lines = plan(RUN, {CLUB: Tally(1, 7)}, {CLUB: HoldCode.MISSING_IBAN})
    assert RUN.prepare(lines).state is RunState.CLOSED


def test_references_fit_an_end_to_end_id_and_differ_by_partner() -> None:
    """ISO 20022 allows 35 characters; planning again gives the same ones."""
    due = {SHOP: Tally(1, 100), CLUB: Tally(1, 7)}
    references = [line.reference for line in plan(RUN, due, {})]
    assert len(set(references)) == 2
    assert all(len(reference) <= 35 for reference in references)
    assert references == [line.reference for line in plan(RUN, due, {})]


def test_a_line_held_at_the_preparation_stays_held() -> None:
    """A later run pays it; one that is held since is held now."""
    lines = plan(RUN, {SHOP: Tally(1, 100), CLUB: Tally(1, 7)}, {CLUB: HoldCode.MISSING_IBAN})
    assert [line.held_for for line in hold_back(lines, {})] == [HoldCode.MISSING_IBAN, None]
    held_since = hold_back(lines, {SHOP: HoldCode.STAFF})
    assert [line.held_for for line in held_since] == [HoldCode.MISSING_IBAN, HoldCode.STAFF]


@pytest.mark.parametrize("state", [state for state in RunState if state is not RunState.PREPARED])
def test_only_a_prepared_run_is_proposed(state: RunState) -> None:
    """Once."""
    with pytest.raises(RunNotPrepared):
        Run(RUN.run_id, "books", "2025-2026", RUN.period, DAY, state).propose("anne")


@pytest.mark.parametrize("state", [state for state in RunState if state is not RunState.PROPOSED])
def test_only_a_proposed_run_is_approved(state: RunState) -> None:
    """Once."""
    with pytest.raises(RunNotProposed):
        Run(RUN.run_id, "books", "2025-2026", RUN.period, DAY, state).require_approver("bruno")


def test_a_run_is_approved_by_another_person_who_saw_its_amount() -> None:
    """Each condition has its own refusal; then the run is issued at that instant."""
    lines = plan(RUN, {SHOP: Tally(1, 100)}, {})
    proposed = RUN.prepare(lines).propose("anne")
    with pytest.raises(SecondPersonNeeded):
        proposed.require_approver("anne")
    proposed.require_approver("bruno")
    with pytest.raises(RunChanged) as refused:
        proposed.require_payable(lines, 99)
    assert refused.value.payable == "1,00\u00a0€"
    with pytest.raises(NothingToPay):
        proposed.require_payable((), 0)
    at = datetime(2025, 10, 27, tzinfo=UTC)
    issued = proposed.issue("bruno", at, "file")
    assert (issued.state, issued.approved_by, issued.issued_at) == (RunState.ISSUED, "bruno", at)


def test_a_week_with_a_change_of_clocks_has_seven_days() -> None:
    """26 October 2025 has 25 hours."""
    assert len(days_of(RUN.period)) == 7
    assert days_of(RUN.period)[-1] == DAY


def test_the_hold_that_the_partner_can_mend_is_told_first() -> None:
    """Then staff's."""
    assert told_first({HoldCode.STAFF, HoldCode.MISSING_IBAN}) is HoldCode.MISSING_IBAN
    assert told_first({HoldCode.STAFF}) is HoldCode.STAFF
    assert told_first(()) is None
