"""What a rulebook would cost: every person of a file decided upon, a line each, and the sum per benefit."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TextIO

from rulebooks.authoring.facts import Line
from rulebooks.benefits import Benefit
from rulebooks.rulebook import Decision, Rulebook

_FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class Cost:
    """Of one benefit, were all of it spent: `persons` who get it, `cents` that the authority pays.

    `ceiling`: an upper bound, where staff decide each amount.
    """

    benefit_id: str
    title: str
    ceiling: bool
    persons: int = 0
    cents: int = 0


@dataclass(slots=True)
class Forecast:
    """`refused`: lines that could not be read, with why. `fee_cents`: what the eligible would pay to join."""

    costs: dict[str, Cost]
    people: int = 0
    eligible: int = 0
    fee_cents: int = 0
    refused: list[Line] = field(default_factory=list)

    @property
    def cents(self) -> int:
        """Of all benefits whose amounts the rulebook itself decides: without ceilings."""
        return sum(cost.cents for cost in self.costs.values() if not cost.ceiling)


def forecast(
    rulebook: Rulebook, people: Iterable[Line], on: date, output: TextIO, tell: Callable[[int], None] | None = None
) -> Forecast:
    """Decide on each, write a CSV line each (id, eligible, unmet reasons, cents per benefit), sum up.

    `tell` is called with the count of people after each. Top-ups are not in it: a till adds them.
    """
    ids = [benefit.id for benefit in rulebook.benefits]
    summed = Forecast({benefit.id: _cost(benefit) for benefit in rulebook.benefits})
    paid = {benefit.id for benefit in rulebook.benefits if benefit.paid_out}
    fee_cents = rulebook.fee.amount_cents if rulebook.fee else 0
    writer = csv.writer(output)
    writer.writerow(["id", "eligible", "reasons", *(f"{each}_cents" for each in ids)])
    for decided in _decided(rulebook, people, on, summed):
        line, decision = decided
        cents = {each.benefit_id: each.amount_cents for each in decision.entitlements}
        writer.writerow([_harmless(line.id), _word(decision), _codes(decision), *(cents.get(each, "") for each in ids)])
        summed.eligible += decision.eligible
        summed.fee_cents += fee_cents if decision.eligible else 0
        for benefit_id, amount_cents in cents.items():
            summed.costs[benefit_id].persons += 1
            summed.costs[benefit_id].cents += amount_cents if benefit_id in paid else 0
        if tell:
            tell(summed.people)
    return summed


def _decided(rulebook: Rulebook, people: Iterable[Line], on: date, summed: Forecast) -> Iterator[tuple[Line, Decision]]:
    for line in people:
        if line.refused:
            summed.refused.append(line)
            continue
        summed.people += 1
        yield line, rulebook.decide(line.facts, on)


def _cost(benefit: Benefit) -> Cost:
    return Cost(benefit.id, benefit.title, ceiling=benefit.grant is not None)


def _word(decision: Decision) -> str:
    return "true" if decision.eligible else "false"


def _codes(decision: Decision) -> str:
    return " ".join(dict.fromkeys(reason.code for reason in decision.unmet))


def _harmless(text: str) -> str:
    """A spreadsheet reads no formula in it."""
    return f"'{text}" if text.startswith(_FORMULA_BEGINNINGS) else text
