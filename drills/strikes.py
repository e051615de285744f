"""Faults at moments of their own while a load runs: a thread carries them out, one after the other."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Act = Callable[[threading.Event], bool]


@dataclass(frozen=True, slots=True)
class Strike:
    """`act(stopping)` does it, `after_s` seconds after the start; False when there was nothing to strike any more."""

    after_s: float
    what: str
    act: Act


def moments(count: int, within_s: float, seed: int) -> list[float]:
    """So many moments, in order, one in each equal part of `within_s`: a fault meets what the last one left."""
    draw = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    part = within_s / count
    return [(number + draw.uniform(0.1, 0.9)) * part for number in range(count)]


def once(act: Callable[[], None]) -> Act:
    """An act that always finds what it strikes."""

    def strike(_stopping: threading.Event) -> bool:
        act()
        return True

    return strike


class Striker:
    """`done` are the strikes that found what they were for."""

    def __init__(self, strikes: Sequence[Strike]) -> None:
        self._strikes = strikes
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._carry_out, daemon=True)
        self.done: list[Strike] = []

    def __enter__(self) -> Striker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    @property
    def count(self) -> int:
        return len(self.done)

    def broken(self) -> list[str]:
        """What was not done of what the drill is about."""
        missing = len(self._strikes) - len(self.done)
        return [f"{missing} of {len(self._strikes)} faults were not made before the load ended"] if missing else []

    def _carry_out(self) -> None:
        begun = time.monotonic()
        for strike in self._strikes:
            if self._stopping.wait(max(0.0, begun + strike.after_s - time.monotonic())):
                return
            if strike.act(self._stopping):
                self.done.append(strike)
                print(f"{strike.what} after {time.monotonic() - begun:.1f} s", file=sys.stderr, flush=True)
