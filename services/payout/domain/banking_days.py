"""Days on which the euro transfer system (T2, formerly TARGET) settles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

_DAY = timedelta(days=1)
_FIXED_CLOSINGS = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
_SATURDAY = 5


def is_banking_day(day: date) -> bool:
    """Closed: weekends, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December (ECB's calendar)."""
    if day.weekday() >= _SATURDAY or (day.month, day.day) in _FIXED_CLOSINGS:
        return False
    return day - easter(day.year) not in (-2 * _DAY, _DAY)


def execution_day(due_on: date, today: date) -> date:
    """The day to ask the bank for: the due day, the banking day before it when it is closed, and never before
    today's next banking day (a transfer that is late leaves at once)."""
    last_in_time = _walk(due_on, -_DAY, is_banking_day)
    return last_in_time if last_in_time >= today else _walk(today, _DAY, is_banking_day)


def easter(year: int) -> date:
    """Easter Sunday, Gregorian (Meeus, Jones and Butcher's algorithm)."""
    century, of_century = divmod(year, 100)
    cycle = year % 19
    corrected = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * cycle + century - century // 4 - corrected + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    shift = (cycle + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _walk(day: date, step: timedelta, until: Callable[[date], bool]) -> date:
    while not until(day):
        day += step
    return day
