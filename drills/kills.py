"""SIGKILL at moments drawn from a seed; the supervisor brings the process back."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from embedded import control
from embedded.rundir import RunDir


@dataclass(frozen=True, slots=True)
class Kill:
    """`after_s` seconds after the start."""

    after_s: float
    process: str


def once_each(processes: Sequence[str], within_s: float, seed: int) -> list[Kill]:
    """Each process once, at a moment between 5 and 95 % of `within_s`."""
    draw = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    return sorted(
        (Kill(draw.uniform(0.05, 0.95) * within_s, name) for name in processes), key=lambda kill: kill.after_s
    )


def drawn(processes: Sequence[str], count: int, within_s: float, seed: int) -> list[Kill]:
    """`count` kills in all, each process at least once."""
    draw = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    names = [*processes, *draw.choices(processes, k=count - len(processes))]
    return sorted((Kill(draw.uniform(0.02, 0.95) * within_s, name) for name in names), key=lambda kill: kill.after_s)


class Killer:
    """Carries the kills out in a thread; `done` are those that found a living process."""

    def __init__(self, run: RunDir, kills: Sequence[Kill]) -> None:
        self._run = run
        self._kills = kills
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._carry_out, daemon=True)
        self.done: list[Kill] = []

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _carry_out(self) -> None:
        begun = time.monotonic()
        for kill in self._kills:
            if self._stopping.wait(max(0.0, begun + kill.after_s - time.monotonic())):
                return
            self._kill(kill)

    def _kill(self, kill: Kill) -> None:
        while not self._stopping.is_set():
            pid = control.pids(self._run).get(kill.process)
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.done.append(kill)
                    print(f"killed {kill.process} after {kill.after_s:.1f} s", file=sys.stderr, flush=True)
                    return
            self._stopping.wait(0.05)  # it is being restarted after an earlier kill
