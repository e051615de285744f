"""Days and periods. All are calendar days of the authority's time zone: no instants, no offsets."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day, both included."""

    opens_on: date
    closes_on: date

    def contains(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on


@dataclass(frozen=True, slots=True)
class Period:
    """A payout period: first and last day, both included."""

    start: date
    end: date

    @property
    def closes_on(self) -> date:
        """The first day after the end: from then on the period can be counted."""
        return self.end + _DAY

    def contains(self, day: date) -> bool:
        return self.start <= day <= self.end


def _week(day: date) -> Period:
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6))


def _month(day: date) -> Period:
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def _half_month(day: date) -> Period:
    month = _month(day)
    if day.day <= 15:
        return Period(month.start, day.replace(day=15))
    return Period(day.replace(day=16), month.end)


_PERIOD_BY_RHYTHM: dict[str, Callable[[date], Period]] = {
    "weekly": _week,
    "twice_monthly": _half_month,
    "monthly": _month,
}


@dataclass(frozen=True, slots=True)
class Payout:
    """When partners are paid.

    `rhythm`: `weekly` (Monday to Sunday), `twice_monthly` (1st to 15th, 16th to the end), `monthly`.
    `due_days`: calendar days, counted from the day the period closes.
    """

    rhythm: str
    due_days: int
    source: str

    def period_of(self, day: date) -> Period:
        """The period in which a debit of that day is counted."""
        return _PERIOD_BY_RHYTHM[self.rhythm](day)

    def due_on(self, period: Period) -> date:
        """The last day on which the transfer may reach the partner."""
        return period.closes_on + timedelta(days=self.due_days)


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Until when a partner may undo a debit. The only window known today is `same_day`."""

    window: str
    source: str

    def allows(self, debited_on: date, on: date) -> bool:
        """Both are days of the authority's time zone, never UTC days."""
        return self.window == "same_day" and debited_on == on
