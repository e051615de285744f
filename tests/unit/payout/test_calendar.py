"""Periods of a season whose rulebook changes on the way."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from rulebooks.schedule import Payout, Period
from services.payout.domain.calendar import PayCalendar, Terms

DAY = timedelta(days=1)
FIRST, LAST = date(2025, 7, 1), date(2026, 8, 31)
RHYTHMS = ("weekly", "twice_monthly", "monthly")
MONTHLY, WEEKLY = Payout("monthly", 15, "§1"), Payout("weekly", 10, "§1")
TENTH = date(2026, 1, 10)


def _random_terms(chance: random.Random) -> list[Terms]:
    def payout() -> Payout:
        return Payout(chance.choice(RHYTHMS), chance.randrange(0, 30), "§1")

    days = chance.sample(range(1, (LAST - FIRST).days), chance.randrange(0, 6))
    return [Terms(None, payout()), *(Terms(FIRST + day * DAY, payout()) for day in days)]


@pytest.mark.parametrize("seed", range(150))
def test_each_day_is_in_exactly_one_period(seed: int) -> None:
    """Whatever rhythms follow one another, and on whatever days; no transfer is due before its period closes."""
    terms = _random_terms(random.Random(seed))  # noqa: S311 - repeatable, decides nothing
    calendar = PayCalendar(terms)
    changes = {each.counts_from for each in terms}
    day, seen = calendar.period_of(FIRST).start, []
    while day <= LAST:
        period = calendar.period_of(day)
        assert period.start == day <= period.end
        assert calendar.due_on(period) >= period.closes_on
        seen.append(period)
        day = period.closes_on
    for each in (seen[0].start + offset * DAY for offset in range((LAST - seen[0].start).days)):
        assert [period for period in seen if period.contains(each)] == [calendar.period_of(each)]
    for earlier, later in pairwise(seen):
        natural = {Payout(rhythm, 0, "").period_of(earlier.end).end for rhythm in RHYTHMS}
        assert later.start in changes or earlier.end in natural


@pytest.mark.parametrize("seed", range(150))
def test_runs_cover_each_day_once_whenever_versions_are_adopted(seed: int) -> None:
    """A version is adopted before its first day, in any order: runs begin on the day after the last one's end."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, decides nothing
    first, *later = _random_terms(chance)
    adopted = [((terms.counts_from or FIRST) - DAY * chance.randrange(1, 60), terms) for terms in later]
    played: list[Period] = []
    today, start = FIRST, PayCalendar([first]).period_of(FIRST).start
    while today <= LAST:
        known = PayCalendar([first, *(terms for on, terms in adopted if on <= today)])
        period = known.period_from(start)
        if period.closes_on == today:
            played.append(period)
            start = today
        assert period.closes_on >= today, "a run was missed"
        today += DAY
    assert all(later.start == earlier.closes_on for earlier, later in pairwise(played))
    assert [period.start for period in played] == _starts(PayCalendar([first, *later]), played[0].start, len(played))


def test_a_change_of_rhythm_cuts_the_period_at_its_first_day() -> None:
    """Monthly until 9 January, weekly from Saturday 10: its first week has two days; each part has its own due day."""
    calendar = PayCalendar([Terms(None, MONTHLY), Terms(TENTH, WEEKLY)])
    before, after = calendar.period_of(date(2026, 1, 9)), calendar.period_of(TENTH)
    assert before == Period(date(2026, 1, 1), date(2026, 1, 9))
    assert after == Period(TENTH, date(2026, 1, 11))
    assert calendar.due_on(before) == date(2026, 1, 25)
    assert calendar.due_on(after) == date(2026, 1, 22)


def test_a_version_that_pays_alike_cuts_nothing() -> None:
    """The article that it cites may be another one."""
    calendar = PayCalendar([Terms(None, MONTHLY), Terms(TENTH, Payout("monthly", 15, "§2"))])
    assert calendar.period_of(TENTH) == Period(date(2026, 1, 1), date(2026, 1, 31))


def test_what_is_left_of_a_period_begins_after_what_was_counted() -> None:
    """A run that was prepared before its version was told is not counted again."""
    calendar = PayCalendar([Terms(None, MONTHLY), Terms(TENTH, WEEKLY)])
    assert calendar.period_from(date(2026, 2, 1)) == Period(date(2026, 2, 1), date(2026, 2, 1))


def _starts(calendar: PayCalendar, day: date, count: int) -> list[date]:
    found = []
    for _ in range(count):
        found.append(day)
        day = calendar.period_of(day).closes_on
    return found
