"""Amounts, days and times as the French write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gateway.web import french


def test_amounts_have_two_decimals_and_unbreakable_spaces() -> None:
    assert french.euros(1050) == "10,50\u00a0€"
    assert french.euros(123456789) == "1\u202f234\u202f567,89\u00a0€"
    assert french.euros(-5) == "-0,05\u00a0€"


def test_the_first_of_a_month_is_written_1er_and_no_other_day() -> None:
    assert french.day("2025-07-01") == "1er juillet 2025"
    assert french.day(date(2025, 7, 11)) == "11 juillet 2025"
    assert french.day("2026-02-21") == "21 février 2026"


def test_an_instant_is_told_by_the_clocks_of_paris() -> None:
    """Summer and winter; late in the evening the day is already the next."""
    assert french.moment(datetime(2025, 7, 1, 22, 30, tzinfo=UTC)) == "2 juillet 2025 à\u00a000\u00a0h\u00a030"
    assert french.moment(datetime(2025, 12, 31, 23, 5, tzinfo=UTC)) == "1er janvier 2026 à\u00a000\u00a0h\u00a005"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 seconde"), (1, "1 seconde"), (59, "59 secondes"), (60, "1 minute"), (61, "2 minutes")],
)
def test_a_wait_is_said_in_seconds_then_in_minutes_begun(seconds: int, said: str) -> None:
    """Nobody counts 200 seconds."""
    assert french.duration(seconds) == said
