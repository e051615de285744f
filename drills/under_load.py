"""What the drills at the till have in common: a market, a load, faults meanwhile, and the reckoning after."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from demo.stage import Stage
from drills import operator
from drills.market import open_market, platform, shop
from drills.outcome import Outcome
from drills.till_load import AMOUNT_CENTS, TillLoad
from embedded.rundir import RunDir


@dataclass(frozen=True, slots=True)
class Load:
    """So many debits, at that rate at most."""

    debits: int
    a_second: float

    @property
    def seconds(self) -> float:
        """How long it lasts undisturbed."""
        return self.debits / self.a_second


class Struck(Protocol):
    """Faults that were made: how many, and what of the drill's own conditions was not so."""

    @property
    def count(self) -> int: ...

    def broken(self) -> list[str]: ...


Faults = Callable[[RunDir, Stage], AbstractContextManager[Struck]]


def play(
    name: str,
    seed: int,
    load: Load,
    faults: Faults,
    *,
    on: Callable[[], AbstractContextManager[RunDir]] = lambda: platform("drill"),
    gateway: Callable[[], str | None] = lambda: None,
) -> Outcome:
    """Make the faults while tills debit; then everything settles, and is counted by the client's own list.

    `on` opens the platform; `gateway` is the address by which clients reach it, where it is another than its own.
    """
    with on() as folder, open_market(seed, gateway()) as stage:
        till = TillLoad(stage, total=load.debits, a_second=load.a_second)
        with faults(folder, stage) as struck:
            till.run()
        stage.clock.settle()
        reckoning = till.reckon()
        broken = [*struck.broken(), *_broken(stage, till)]
    for sentence in broken:
        print(f"{name}: {sentence}", file=sys.stderr)
    return Outcome(
        name,
        faults=struck.count,
        requests=load.debits,
        acknowledged=reckoning.acknowledged,
        lost=reckoning.lost,
        duplicated=reckoning.duplicated,
        held=reckoning.clean and reckoning.acknowledged == load.debits and not broken,
        note="; ".join(broken or [f"slowest answer {till.slowest_s:.1f} s, {till.replayed} told by their key"]),
    )


def _broken(stage: Stage, till: TillLoad) -> list[str]:
    """What must be so after every drill, and is not."""
    broken = [f"refused: {till.refused[0]}"] if till.refused else []
    owed, debited = owed_cents(stage), len(till.acknowledged) * AMOUNT_CENTS
    if owed != debited:
        broken.append(f"payout owes {owed} cents and {debited} were debited")
    if not operator.verified():
        broken.append("verify found a difference")
    return broken


def owed_cents(stage: Stage) -> int:
    """What payout owes the shop."""
    partner = shop(stage)
    return int(partner.owner.get(f"{partner.path}/account")["owed_cents"])
