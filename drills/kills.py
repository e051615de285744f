"""SIGKILL at moments drawn from a seed; the supervisor brings the process back."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from drills.strikes import Strike
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


def strikes(run: RunDir, kills: Sequence[Kill]) -> list[Strike]:
    """The kills, each of a living process: one that is being restarted after an earlier kill is waited for."""
    return [Strike(kill.after_s, f"killed {kill.process}", _Death(run, kill.process)) for kill in kills]


@dataclass(frozen=True, slots=True)
class _Death:
    run: RunDir
    process: str

    def __call__(self, stopping: threading.Event) -> bool:
        while not stopping.is_set():
            pid = control.pids(self.run).get(self.process)
            if pid is not None and _killed(pid):
                return True
            stopping.wait(0.05)
        return False


def _killed(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
