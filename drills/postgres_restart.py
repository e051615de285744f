"""`postgres-restart`: PostgreSQL stopped in immediate mode (no checkpoint, as a crash) and restarted, under load."""

from __future__ import annotations

import signal

from drills.outcome import Outcome
from drills.strikes import Strike, Striker, moments, once
from drills.under_load import Load, play
from embedded import control
from embedded.rundir import RunDir

NAME = "postgres-restart"
RESTARTS = 5


def run(seed: int, long: bool) -> Outcome:
    """5 restarts, 15 with `long`: each recovers from the log what was acknowledged, and loses what was not."""
    restarts, load = (3 * RESTARTS, Load(1_200, 6.0)) if long else (RESTARTS, Load(800, 12.0))
    at = moments(restarts, load.seconds * 0.9, seed)
    return play(NAME, seed, load, lambda folder, _: Striker([_restart(folder, moment) for moment in at]))


def _restart(run: RunDir, after_s: float) -> Strike:
    return Strike(after_s, "restarted postgres", once(lambda: control.restart("postgres", signal.SIGQUIT, run)))
