"""Whether payout and wallet count a day alike: a period closes against the wallet, not against the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Tallies = Mapping[str, "Tally"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many movements, and their sum in cents: debits add, cancellations count and subtract."""

    movements: int
    sum_cents: int

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.movements + other.movements, self.sum_cents + other.sum_cents)


NOTHING = Tally(0, 0)


@dataclass(frozen=True, slots=True)
class Gap:
    """A partner's day that is not counted alike yet."""

    day: date
    partner_id: str
    wallet: Tally
    own: Tally


def gaps_of(day: date, wallet: Tallies, own: Tallies) -> tuple[Gap, ...]:
    """Where the two counts of one scheme's day differ, by partner; empty when they agree."""
    partners = sorted(wallet.keys() | own.keys())
    counted = (Gap(day, p, wallet.get(p, NOTHING), own.get(p, NOTHING)) for p in partners)
    return tuple(gap for gap in counted if gap.wallet != gap.own)


def total(tallies: Tallies) -> Tally:
    return sum(tallies.values(), NOTHING)
