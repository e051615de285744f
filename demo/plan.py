"""Who buys what, where and when: drawn for each person from the seed, and from the balances that they see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from demo.organisations import BOOKSHOP, CINEMA, FLERS_AGGLO, SPORTS_CLUB, THEATRE, WORK_WEAR, Organisation

SHOPPING_DAYS = tuple(
    map(
        date.fromisoformat,
        (
            "2025-09-10", "2025-09-20", "2025-10-04", "2025-10-22", "2025-11-08", "2025-11-26", "2025-12-13",
            "2026-01-14", "2026-02-07", "2026-03-07", "2026-04-11", "2026-05-16", "2026-06-13", "2026-06-27",
        ),
    )
)  # fmt: skip
THEATRE_LEAVES = date(2026, 3, 1)

SHOPS: Mapping[str, Organisation] = {
    "livres": BOOKSHOP,
    "equipement": WORK_WEAR,
    "cinema": CINEMA,
    "spectacle": THEATRE,
    "pratique": SPORTS_CLUB,
    "dispositif-local": FLERS_AGGLO,
}
_SMALLEST_CENTS, _ROUND_CENTS = 200, 10


@dataclass(frozen=True)
class Visit:
    """One person at one till on one day: one amount or several from one wallet, in cents."""

    slug: str
    day: date
    benefit: str
    amounts: tuple[int, ...]
    by_till: bool

    @property
    def shop(self) -> Organisation:
        return SHOPS[self.benefit]


def visits(slug: str, balances: Mapping[str, int], draw: Random) -> list[Visit]:
    """The season of one person: never twice on one day, never more than a wallet holds."""
    days = list(SHOPPING_DAYS)
    draw.shuffle(days)
    planned: list[Visit] = []
    for benefit in sorted(balances.keys() & SHOPS.keys()):
        for amounts in _baskets(balances[benefit], draw):
            day = _take_day(days, benefit)
            if day is not None:
                planned.append(Visit(slug, day, benefit, amounts, by_till=len(amounts) == 1 and draw.random() < 0.4))
    return planned


def _take_day(days: list[date], benefit: str) -> date | None:
    """The next free day on which the benefit's partner still takes it."""
    open_days = [day for day in days if benefit != "spectacle" or day < THEATRE_LEAVES]
    if not open_days:
        return None
    days.remove(open_days[0])
    return open_days[0]


def _baskets(balance_cents: int, draw: Random) -> list[tuple[int, ...]]:
    """Amounts by visit: all at once, in parts to zero, in part only, two at one till, or nothing at all."""
    style = draw.choices(("whole", "to zero", "part", "pair", "none"), weights=(2, 4, 3, 2, 1))[0]
    if style == "none" or not balance_cents:
        return []
    if style == "whole" or balance_cents <= 3 * _SMALLEST_CENTS:
        return [(balance_cents,)]
    if style == "to zero":
        return [(part,) for part in split(balance_cents, draw.choice((2, 3)), draw)]
    spent = draw.randrange(3 * _SMALLEST_CENTS, balance_cents, _ROUND_CENTS)
    if style == "pair":
        return [tuple(split(spent, 2, draw))]
    return [(part,) for part in split(spent, draw.choice((1, 2)), draw)]


def split(cents: int, parts: int, draw: Random) -> Sequence[int]:
    """An amount in so many parts of 2 € at least, whose sum it is."""
    amounts: list[int] = []
    for left in range(parts - 1, 0, -1):
        most = cents - left * _SMALLEST_CENTS
        amount = draw.randrange(_SMALLEST_CENTS, max(most, _SMALLEST_CENTS + 1), _ROUND_CENTS)
        amounts.append(amount)
        cents -= amount
    return [*amounts, cents]
