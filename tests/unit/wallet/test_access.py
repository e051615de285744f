"""Places of a period: which a use takes, which a cancellation frees, and when the next period begins."""

from __future__ import annotations

from datetime import date

import pytest

from rulebooks import Limit
from services.wallet.domain.access import free_place, period_start, uses_left
from services.wallet.domain.rights_errors import AccessUsedUp, AccessUsedUpForGood

SUNDAY, MONDAY = date(2025, 10, 5), date(2025, 10, 6)


@pytest.mark.parametrize(
    ("per", "day", "start"),
    [
        ("day", SUNDAY, SUNDAY),
        ("week", SUNDAY, date(2025, 9, 29)),
        ("week", MONDAY, MONDAY),
        ("month", date(2025, 10, 31), date(2025, 10, 1)),
        ("month", date(2025, 11, 1), date(2025, 11, 1)),
    ],
)
def test_a_period_begins_on_its_first_day(per: str, day: date, start: date) -> None:
    """Weeks begin on Mondays, months on their first."""
    assert period_start(Limit(2, per), day) == start


def test_a_season_is_one_period() -> None:
    """From its first day to its last."""
    assert period_start(Limit(2, "season"), SUNDAY) == period_start(Limit(2, "season"), date(2026, 6, 30))


def test_a_use_takes_the_lowest_free_place() -> None:
    """Also one that a cancellation left between two."""
    assert free_place(Limit(3, "week"), SUNDAY, ()).number == 1
    assert free_place(Limit(3, "week"), SUNDAY, (1, 3)).number == 2
    assert (uses_left(Limit(3, "week"), (1, 3)), uses_left(Limit(1, "week"), (1, 2))) == (1, 0)


@pytest.mark.parametrize(("per", "again_on"), [("day", MONDAY), ("week", MONDAY), ("month", date(2025, 11, 1))])
def test_when_all_are_taken_the_next_period_is_told(per: str, again_on: date) -> None:
    """Its first day."""
    with pytest.raises(AccessUsedUp) as refused:
        free_place(Limit(1, per), SUNDAY, (1,))
    assert refused.value.again_on == again_on


def test_no_period_comes_after_the_seasons() -> None:
    """Used up for good; a limit that a version lowered counts the uses of before."""
    with pytest.raises(AccessUsedUpForGood):
        free_place(Limit(2, "season"), SUNDAY, (1, 2, 3))
