"""`broker-down`: RabbitMQ away for 60 seconds while 500 debits are made: all succeed, payout then knows each once."""

from __future__ import annotations

import threading

from drills.outcome import Outcome
from drills.under_load import Load, play
from embedded import control
from embedded.rundir import RunDir

NAME = "broker-down"
DEBITS = 500
DOWN_S = 60.0


def run(seed: int, long: bool) -> Outcome:
    """Debits go on for the whole outage; `long` makes it three times as long."""
    down_s = DOWN_S * (3 if long else 1)
    load = Load(DEBITS, DEBITS / (down_s * 0.9))
    return play(NAME, seed, load, lambda folder, _: _Outage(folder, down_s))


class _Outage:
    """The broker is stopped at the beginning of the load and started again `down_s` later."""

    count = 1

    def __init__(self, run: RunDir, down_s: float) -> None:
        self._run = run
        self._end = threading.Timer(down_s, lambda: control.start("rabbitmq", run))
        self._outlasted = False

    def __enter__(self) -> _Outage:
        control.stop("rabbitmq", run=self._run)
        self._end.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._outlasted = self._end.is_alive()
        self._end.join()

    def broken(self) -> list[str]:
        return [] if self._outlasted else ["the broker was back before the last debit"]
