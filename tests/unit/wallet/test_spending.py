"""Days and uses of a benefit, as the version in force says: each rule and its edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rulebooks import Benefit, Catalogue, Left, Window
from rulebooks.benefits import Loading
from rulebooks.kinds import Spending, Unit
from services.wallet.domain import errors
from services.wallet.domain.spending import check_open, check_windows, last_day, spent_whole, uses_taken
from services.wallet.domain.versions import Version, in_force

ANY = Catalogue.load().get("normandie", "culture-sport", "2025-2026").benefit("cinema")
ONCE = replace(ANY, spending=Spending("once", "any"))
WHOLE = replace(ANY, spending=Spending("several", "whole"))
TICKETS = replace(ANY, kind="tickets", unit=Unit(500, "§1"))
VOUCHERS = replace(ANY, kind="vouchers", unit=Unit(1500, "§1"))
TRANSFER = replace(ANY, kind="transfer", spending=Spending("once", "whole"))
GRANT = replace(ANY, kind="grant")

TAKEN = [
    (ANY, 1, 2000, None, 0),
    (ANY, 5000, 2000, None, 0),  # the balance is the wallet's own question
    (ONCE, 1, 2000, 1, 1),
    (WHOLE, 2000, 2000, None, 0),
    (TICKETS, 500, 2500, 5, 1),
    (TICKETS, 2500, 2500, 5, 5),
    (VOUCHERS, 1, 3000, 2, 1),
    (VOUCHERS, 1500, 3000, 2, 1),
    (VOUCHERS, 1501, 3000, 2, 2),
    (TRANSFER, 1000, 1000, 1, 1),
]


@pytest.mark.parametrize(("benefit", "cents", "balance", "uses", "taken"), TAKEN)
def test_how_many_uses_a_debit_takes(benefit: Benefit, cents: int, balance: int, uses: int | None, taken: int) -> None:
    """By the kind alone; 0 where uses are not counted."""
    assert uses_taken(benefit, cents, Left(balance, uses)) == taken


REFUSED = [
    (ONCE, 1, 1000, 0, errors.NoUseLeft),
    (WHOLE, 1999, 2000, None, errors.WholeAmountOnly),
    (WHOLE, 2001, 2000, None, errors.WholeAmountOnly),
    (TICKETS, 499, 2500, 5, errors.WholeTicketsOnly),
    (TICKETS, 3000, 2500, 5, errors.NotEnoughUses),
    (TICKETS, 500, 0, 0, errors.NoUseLeft),
    (VOUCHERS, 1501, 2000, 1, errors.NotEnoughUses),
    (VOUCHERS, 1, 1000, 0, errors.NoUseLeft),
    (TRANSFER, 999, 1000, 1, errors.WholeAmountOnly),
    (GRANT, 100, 1000, None, errors.NotSpentInMoney),
]


@pytest.mark.parametrize(("benefit", "cents", "balance", "uses", "refusal"), REFUSED)
def test_what_cannot_be_spent_like_that(
    benefit: Benefit, cents: int, balance: int, uses: int | None, refusal: type[errors.WalletRefusal]
) -> None:
    """Each way has its own refusal, whose sentence says what can be done."""
    with pytest.raises(refusal):
        uses_taken(benefit, cents, Left(balance, uses))


@pytest.mark.parametrize(("benefit", "whole"), [(ANY, False), (ONCE, False), (WHOLE, True), (TRANSFER, True)])
def test_what_is_spent_whole(benefit: Benefit, whole: bool) -> None:
    """A transfer goes in one go as a whole amount does."""
    assert spent_whole(benefit) is whole


SPLIT = replace(
    ANY,
    windows=(
        Window(date(2025, 7, 1), date(2025, 7, 31)),
        Window(date(2025, 9, 1), date(2026, 6, 30)),
    ),
)


@pytest.mark.parametrize("day", [date(2025, 7, 1), date(2025, 7, 31), date(2025, 9, 1), date(2026, 6, 30)])
def test_bounds_of_each_window_are_open(day: date) -> None:
    """First and last day of each are included."""
    check_windows(SPLIT, day)


@pytest.mark.parametrize(
    ("day", "opens_on"),
    [
        (date(2025, 6, 30), date(2025, 7, 1)),
        (date(2025, 8, 1), date(2025, 9, 1)),
        (date(2025, 8, 31), date(2025, 9, 1)),
    ],
)
def test_before_a_window_the_next_is_told(day: date, opens_on: date) -> None:
    """Between two windows as before the first."""
    with pytest.raises(errors.SpendingNotStarted) as refused:
        check_windows(SPLIT, day)
    assert refused.value.opens_on == opens_on


def test_after_the_last_window_it_is_over() -> None:
    """The day that is told is the last on which it could be spent."""
    with pytest.raises(errors.SeasonOver) as refused:
        check_windows(SPLIT, date(2026, 7, 1))
    assert refused.value.closed_on == date(2026, 6, 30)


def test_a_life_of_its_own_counts_and_not_the_windows() -> None:
    """The wallet's last day, included; a version that moves windows does not touch it."""
    alive, closes_on = replace(ANY, loading=Loading("later", 24)), date(2027, 10, 4)
    check_open(alive, closes_on, closes_on)
    with pytest.raises(errors.SeasonOver):
        check_open(alive, closes_on, date(2027, 10, 5))
    assert last_day(alive, closes_on) == closes_on
    assert last_day(ANY, closes_on) == ANY.spend_window.closes_on


VERSIONS = (Version(date(2025, 7, 1), "first"), Version(date(2026, 1, 1), "second"), Version(date(2026, 3, 1), "third"))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 6, 1), "first"),  # a request before the season
        (date(2025, 7, 1), "first"),
        (date(2025, 12, 31), "first"),
        (date(2026, 1, 1), "second"),
        (date(2026, 2, 28), "second"),
        (date(2026, 3, 1), "third"),
        (date(2030, 1, 1), "third"),
    ],
)
def test_the_version_of_a_day_is_the_last_that_counts(day: date, expected: str) -> None:
    """From its first day, included."""
    assert in_force(VERSIONS, day).rulebook_hash == expected
