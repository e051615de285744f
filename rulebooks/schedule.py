"""Days and periods. All are calendar days of the authority's time zone: no instants, no offsets."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


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

    def within(self, first: date | None, last: date | None) -> Period:
        """The part of it that lies between two days, both included; None: no bound."""
        return Period(max(self.start, first or self.start), min(self.end, last or self.end))


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
    """Until when a partner may undo a debit.

    `window`: `none`, `same_day`, or `days`: so many days after the debit's. `holder_present`: the holder is identified
    again.
    """

    window: str
    source: str
    days: int = 0
    holder_present: bool = False

    def allows(self, debited_on: date, on: date) -> bool:
        """Both are days of the authority's time zone, never UTC days."""
        return self.window != "none" and debited_on <= on <= debited_on + self.days * _DAY


@dataclass(frozen=True, slots=True)
class Dispute:
    """`days`: that a partner has, from the day after the transfer's value date. `appeal_months`: 0 for none."""

    days: int
    source: str
    appeal_months: int = 0

    def accepts(self, transferred_on: date, sent_on: date) -> bool:
        """Whether a letter sent that day disputes the transfer in time."""
        return transferred_on <= sent_on <= transferred_on + self.days * _DAY

    def hears_appeal(self, decided_on: date, sent_on: date) -> bool:
        """Whether an appeal sent that day comes in time: to the same day so many months later, included."""
        return self.appeal_months > 0 and decided_on <= sent_on <= months_later(decided_on, self.appeal_months)
