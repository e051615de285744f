"""Who buys what, where and when: drawn for each person from the seed, and from the balances that they see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from demo.story_values import Benefit, Story

_SMALLEST_CENTS, _ROUND_CENTS = 200, 10


@dataclass(frozen=True)
class Visit:
    """One person at one till on one day: one amount or several from one wallet, in cents."""

    slug: str
    day: date
    benefit: Benefit
    amounts: tuple[int, ...]
    by_till: bool


def visits(story: Story, slug: str, balances: Mapping[str, int], draw: Random) -> list[Visit]:
    """The season of one person, from cents by benefit id: never twice on one day, never more than a wallet holds."""
    days = list(story.shopping_days)
    draw.shuffle(days)
    planned: list[Visit] = []
    for benefit in sorted((each for each in story.benefits if each.id in balances), key=lambda each: each.id):
        for amounts in _baskets(balances[benefit.id], draw):
            day = _take_day(days, benefit)
            if day is not None:
                planned.append(Visit(slug, day, benefit, amounts, by_till=len(amounts) == 1 and draw.random() < 0.4))
    return planned


def _take_day(days: list[date], benefit: Benefit) -> date | None:
    """The next free day on which the benefit's partner still takes it."""
    open_days = [day for day in days if benefit.until is None or day < benefit.until]
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
