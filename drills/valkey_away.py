"""`valkey-away`: Valkey flushed, and killed and away for two seconds, while tills debit through the gateway.

It holds counters only: limits are open meanwhile (counted), and nobody at a till notices.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from redis import Redis

from drills.metrics import total
from drills.outcome import Outcome
from drills.strikes import Strike, Striker, moments, once
from drills.under_load import Load, play
from embedded import control, state
from embedded.environment import Environments
from embedded.rundir import RunDir

NAME = "valkey-away"
TIMES = 3
AWAY_S = 2.0
_COUNTED = "atouts_rate_limit_open_total"


def run(seed: int, long: bool) -> Outcome:
    """Three times flushed and three times killed, in turn; nine times each with `long`."""
    times, load = (3 * TIMES, Load(1_200, 15.0)) if long else (TIMES, Load(450, 15.0))
    at = moments(2 * times, load.seconds * 0.9, seed)
    return play(NAME, seed, load, lambda folder, _: _Losses(folder, at))


class _Losses(Striker):
    def __init__(self, run: RunDir, at: list[float]) -> None:
        acts: list[tuple[str, Callable[[], None]]] = [
            ("flushed valkey", lambda: _flush(run)),
            ("valkey was away", lambda: _away(run)),
        ]
        super().__init__(
            [Strike(moment, acts[number % 2][0], once(acts[number % 2][1])) for number, moment in enumerate(at)]
        )
        self._run = run

    def broken(self) -> list[str]:
        open_for = total(self._run, "gateway", _COUNTED)
        return [*super().broken(), *([] if open_for else ["no request was counted as let through"])]


def _flush(run: RunDir) -> None:
    with Redis.from_url(Environments(run, state.read(run)).valkey().url()) as valkey:
        valkey.flushall()


def _away(run: RunDir) -> None:
    control.stop("valkey", signal.SIGKILL, run)
    time.sleep(AWAY_S)
    control.start("valkey", run)
