"""Which period a day is paid in, over the versions of a season's rulebook. All are Paris calendar days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rulebooks.schedule import Payout, Period

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts from a day on, None for a season's first version; `source` of a rule is not compared."""

    counts_from: date | None
    payout: Payout

    def pays_like(self, other: Terms) -> bool:
        return (self.payout.rhythm, self.payout.due_days) == (other.payout.rhythm, other.payout.due_days)


class PayCalendar:
    """The periods of a season: each day is in exactly one. A period is cut where a version pays otherwise."""

    def __init__(self, versions: Iterable[Terms]) -> None:
        """`versions`: the season's first, and each later one that was adopted, in any order."""
        ordered = sorted(versions, key=lambda terms: terms.counts_from or date.min)
        self._terms = [ordered[0]]
        for terms in ordered[1:]:
            if not terms.pays_like(self._terms[-1]):
                self._terms.append(terms)

    def period_of(self, day: date) -> Period:
        """The period in which a debit of that day is counted."""
        index = self._index_of(day)
        following = self._terms[index + 1].counts_from if index + 1 < len(self._terms) else None
        last = following - _DAY if following else None
        terms = self._terms[index]
        return terms.payout.period_of(day).within(terms.counts_from, last)

    def period_from(self, day: date) -> Period:
        """The rest of that day's period: what is left to count where the days before are counted already."""
        return self.period_of(day).within(day, None)

    def due_on(self, period: Period) -> date:
        """The last day on which the transfer may reach the partner, by the version in force in the period."""
        return self._terms[self._index_of(period.start)].payout.due_on(period)

    def _index_of(self, day: date) -> int:
        return sum(terms.counts_from is not None and terms.counts_from <= day for terms in self._terms[1:])
