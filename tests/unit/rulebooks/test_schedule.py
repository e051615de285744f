"""Payout periods, due dates and cancellation: calendar days of the authority's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebooks import Cancellation, Payout, Period, Window

RHYTHMS = ("weekly", "twice_monthly", "monthly")
DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize(
    ("rhythm", "day", "start", "end", "due_on"),
    [
        ("weekly", date(2025, 10, 26), date(2025, 10, 20), date(2025, 10, 26), date(2025, 11, 11)),
        ("weekly", date(2025, 10, 27), date(2025, 10, 27), date(2025, 11, 2), date(2025, 11, 18)),
        ("weekly", date(2026, 3, 29), date(2026, 3, 23), date(2026, 3, 29), date(2026, 4, 14)),
        ("weekly", date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 4), date(2026, 1, 20)),
        ("monthly", date(2025, 12, 31), date(2025, 12, 1), date(2025, 12, 31), date(2026, 1, 16)),
        ("monthly", date(2028, 2, 10), date(2028, 2, 1), date(2028, 2, 29), date(2028, 3, 16)),
        ("monthly", date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 16)),
        ("twice_monthly", date(2025, 12, 15), date(2025, 12, 1), date(2025, 12, 15), date(2025, 12, 31)),
        ("twice_monthly", date(2025, 12, 16), date(2025, 12, 16), date(2025, 12, 31), date(2026, 1, 16)),
    ],
)
def test_a_period_holds_its_day_across_clock_changes_and_year_end(
    rhythm: str, day: date, start: date, end: date, due_on: date
) -> None:
    payout = Payout(rhythm, due_days=15, source="§4.3.2")
    period = payout.period_of(day)
    assert period == Period(start, end)
    assert payout.due_on(period) == due_on


def test_a_period_closes_on_the_first_day_after_its_end() -> None:
    assert Period(date(2025, 12, 1), date(2025, 12, 31)).closes_on == date(2026, 1, 1)


@given(DAYS, st.sampled_from(RHYTHMS))
def test_periods_follow_one_another_without_gap_or_overlap(day: date, rhythm: str) -> None:
    payout = Payout(rhythm, 15, "default")
    period = payout.period_of(day)
    assert period.contains(day)
    assert payout.period_of(period.start) == payout.period_of(period.end) == period
    assert payout.period_of(period.closes_on).start == period.closes_on


@given(DAYS)
def test_weeks_run_from_monday_to_sunday(day: date) -> None:
    period = Payout("weekly", 15, "§4.3.2").period_of(day)
    assert (period.start.weekday(), period.end.weekday()) == (0, 6)


def test_a_window_includes_its_first_and_last_day() -> None:
    window = Window(date(2025, 7, 1), date(2026, 6, 30))
    assert window.contains(date(2025, 7, 1))
    assert window.contains(date(2026, 6, 30))
    assert not window.contains(date(2025, 6, 30))
    assert not window.contains(date(2026, 7, 1))


def test_a_debit_is_cancelled_the_same_day_only() -> None:
    cancellation = Cancellation("same_day", "default")
    assert cancellation.allows(date(2025, 10, 26), date(2025, 10, 26))
    assert not cancellation.allows(date(2025, 10, 26), date(2025, 10, 27))


def test_same_day_is_a_paris_day_even_when_it_lasts_25_hours() -> None:
    paris = ZoneInfo("Europe/Paris")
    debited_at = datetime(2025, 10, 26, 0, 10, tzinfo=paris)
    still_that_day = (debited_at.astimezone(ZoneInfo("UTC")) + timedelta(hours=24, minutes=45)).astimezone(paris)
    assert Cancellation("same_day", "default").allows(debited_at.date(), still_that_day.date())
