"""`network-cut`: the wires wallet–PostgreSQL and till–gateway cut at drawn moments, or only their answers lost.

What was under way has an unknown outcome: the same key tells it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from drills.market import platform
from drills.outcome import Outcome
from drills.strikes import Strike, Striker, moments, once
from drills.under_load import Load, play
from drills.wire import Wire, wire
from embedded import state
from embedded.environment import Environments
from embedded.platform import PLATFORM
from embedded.rundir import RunDir

NAME = "network-cut"
CUTS = 12
_SHORTEST_S, _LONGEST_S = 0.1, 1.5


def run(seed: int, long: bool) -> Outcome:
    """12 cuts of two wires in two ways, 36 with `long`; which, when and for how long by the seed."""
    cuts, load = (3 * CUTS, Load(1_600, 10.0)) if long else (CUTS, Load(600, 12.0))
    wires = _Wires()
    return play(
        NAME,
        seed,
        load,
        lambda _folder, _stage: Striker(_drawn(wires, cuts, load.seconds * 0.9, seed)),
        on=wires.platform,
        gateway=lambda: f"http://127.0.0.1:{wires.to_gateway.port}",
    )


@dataclass
class _Wires:
    """Both wires, while the platform stands."""

    _open: tuple[Wire, Wire] | None = None

    @property
    def to_postgres(self) -> Wire:
        assert self._open
        return self._open[0]

    @property
    def to_gateway(self) -> Wire:
        assert self._open
        return self._open[1]

    @contextmanager
    def platform(self) -> Iterator[RunDir]:
        """A platform whose wallet reaches PostgreSQL by a wire."""

        @contextmanager
        def settings(run: RunDir) -> Iterator[dict[str, str]]:
            kept = state.prepare(run, PLATFORM)
            own = Environments(run, kept).of_service("wallet")["WALLET_DATABASE_URL"]
            ports = kept.ports
            with wire(ports["postgres"]) as database, wire(ports["gateway.GATEWAY_PORT"]) as door:
                self._open = database, door
                yield {"WALLET_DATABASE_URL": own.replace(f":{ports['postgres']}/", f":{database.port}/")}

        with platform("drill", settings) as run:
            yield run


def _drawn(wires: _Wires, count: int, within_s: float, seed: int) -> list[Strike]:
    """Each of the four faults in turn, so that each is made."""
    draw = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    faults: list[tuple[str, Callable[[float], None]]] = [
        ("answers of postgres lost", wires.to_postgres.lose_answers),
        ("answers of the gateway lost", wires.to_gateway.lose_answers),
        ("postgres cut off", wires.to_postgres.cut),
        ("gateway cut off", wires.to_gateway.cut),
    ]
    strikes = []
    for number, moment in enumerate(moments(count, within_s, seed)):
        what, fault = faults[number % len(faults)]
        for_s = draw.uniform(_SHORTEST_S, _LONGEST_S)
        strikes.append(Strike(moment, f"{what} for {for_s:.1f} s", once(lambda f=fault, s=for_s: f(s))))  # type: ignore[misc]
    return strikes
