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
from services.payout.domain.holds import MISSING_IBAN, STAFF, Backed, told_first
from services.payout.domain.run import Run, RunState, days_of, held_cents, hold_back, payable_cents, plan

DAY = date(2025, 10, 26)
RUN = Run("5f0c1a4e-0000-4000-8000-000000000001", "books", "2025-2026", Period(date(2025, 10, 20), DAY), DAY)
CINEMA, CLUB, SHOP = ("cinema", "screen"), ("club", "sport"), ("shop", "books")
SHOP_GOODS = ("shop", "goods")
NOBODY = Backed()


@pytest.mark.parametrize(
    ("wallet", "own", "gaps"),
    [
        ({}, {}, []),
        ({"shop": Tally(2, 300)}, {"shop": Tally(2, 300)}, []),
        ({"shop": Tally(2, 300)}, {}, [Gap(DAY, "shop", Tally(2, 300), Tally(0, 0))]),
        ({}, {"shop": Tally(1, 50)}, [Gap(DAY, "shop", Tally(0, 0), Tally(1, 50))]),
        # Same sum, another count: two movements that add up to nothing are still missing.
        ({"shop": Tally(3, 300)}, {"shop": Tally(1, 300)}, [Gap(DAY, "shop", Tally(3, 300), Tally(1, 300))]),
        ({"shop": Tally(1, 300)}, {"shop": Tally(1, 299)}, [Gap(DAY, "shop", Tally(1, 300), Tally(1, 299))]),
    ],
)
def test_a_day_agrees_when_count_and_sum_of_each_partner_do(
    wallet: dict[str, Tally], own: dict[str, Tally], gaps: list[Gap]
) -> None:
    """Neither alone proves that nothing is missing."""
    assert list(gaps_of(DAY, wallet, own)) == gaps


def test_partners_who_are_due_nothing_have_no_line() -> None:
    """Debits that were all cancelled, and more cancelled than debited: nobody is asked for money."""
    lines = plan(RUN, {CINEMA: Tally(2, 0), CLUB: Tally(1, -5), SHOP: Tally(1, 1)}, NOBODY)
    assert [(line.partner_id, line.amount_cents, line.held_for) for line in lines] == [("shop", 1, None)]


def test_held_partners_are_told_and_not_paid() -> None:
    """A line for each, and two totals."""
    lines = plan(RUN, {SHOP: Tally(1, 100), CLUB: Tally(1, 7)}, Backed({"club": STAFF}))
    assert (payable_cents(lines), held_cents(lines)) == (100, 7)
    assert RUN.prepare(lines).state is RunState.PREPARED


def test_a_held_category_keeps_no_other_back() -> None:
    """One line is paid, one is held and says for what; a whole partner's hold comes before a category's."""
    due = {SHOP: Tally(2, 100), SHOP_GOODS: Tally(1, 40), CLUB: Tally(1, 7)}
    lines = plan(RUN, due, Backed(categories={SHOP_GOODS: "proof"}))
    told = [(line.partner_id, line.amount_cents, line.held_for, sorted(line.categories)) for line in lines]
    assert told == [("club", 7, None, []), ("shop", 100, None, ["books"]), ("shop", 40, "proof", ["goods"])]
    assert len({line.reference for line in lines}) == 3

    (line,) = plan(RUN, {SHOP: Tally(2, 100), SHOP_GOODS: Tally(1, 40)}, Backed({"shop": STAFF}, {SHOP_GOODS: "proof"}))
    assert (line.amount_cents, line.held_for, line.categories) == (140, STAFF, frozenset())


def test_a_held_category_is_not_set_against_a_paid_one() -> None:
    """More cancelled than debited where the proof is missing: the other categories are paid in full."""
    due = {SHOP: Tally(1, 100), SHOP_GOODS: Tally(1, -40)}
    (line,) = plan(RUN, due, Backed(categories={SHOP_GOODS: "proof"}))
    assert (line.amount_cents, line.movements, line.categories) == (100, 1, frozenset({"books"}))


def test_a_run_that_pays_nobody_is_closed() -> None:
    """Nobody is asked to approve an empty transfer file."""
    lines = plan(RUN, {CLUB: Tally(1, 7)}, Backed({"club": MISSING_IBAN}))
    assert RUN.prepare(lines).state is RunState.CLOSED


def test_references_fit_an_end_to_end_id_and_differ_by_partner() -> None:
    """ISO 20022 allows 35 characters; planning again gives the same ones."""
    due = {SHOP: Tally(1, 100), CLUB: Tally(1, 7)}
    references = [line.reference for line in plan(RUN, due, NOBODY)]
    assert len(set(references)) == 2
    assert all(len(reference) <= 35 for reference in references)
    assert references == [line.reference for line in plan(RUN, due, NOBODY)]


def test_a_line_held_at_the_preparation_stays_held() -> None:
    """A later run pays it; one that is held since is held now."""
    lines = plan(RUN, {SHOP: Tally(1, 100), CLUB: Tally(1, 7)}, Backed({"club": MISSING_IBAN}))
    assert [line.held_for for line in hold_back(lines, {})] == [MISSING_IBAN, None]
    held_since = hold_back(lines, {"shop": STAFF})
    assert [line.held_for for line in held_since] == [MISSING_IBAN, STAFF]


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
    lines = plan(RUN, {SHOP: Tally(1, 100)}, NOBODY)
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
    assert told_first({STAFF, MISSING_IBAN}) is MISSING_IBAN
    assert told_first({STAFF}) is STAFF
    assert told_first(()) is None
