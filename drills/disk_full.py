"""`disk-full`: the broker's disk is full (its alarm set off by its limit) while tills debit.

Publishers are blocked and nothing of the broker's is lost: debits go on, facts wait in the outbox, then all arrive.
"""

from __future__ import annotations

import subprocess
import threading

import psycopg
import sqlalchemy as sa

from drills.outcome import Outcome
from drills.under_load import Load, play
from embedded import state
from embedded.environment import Environments
from embedded.rundir import RunDir

NAME = "disk-full"
FULL_S = 40.0
_NO_DISK_HAS_IT, _AS_CONFIGURED = 10**15, 2 * 10**8  # bytes


def run(seed: int, long: bool) -> Outcome:
    """40 seconds, three times as long with `long`; debits go on until the end of it."""
    full_s = FULL_S * (3 if long else 1)
    load = Load(int(full_s * 10), 10.0 / 0.9)
    return play(NAME, seed, load, lambda folder, _: _FullDisk(folder, full_s))


class _FullDisk:
    """The alarm is on from the beginning of the load, and off `full_s` later."""

    count = 1

    def __init__(self, run: RunDir, full_s: float) -> None:
        self._run = run
        self._full_s = full_s
        self._thread = threading.Thread(target=self._be_full)
        self.waiting_at_the_end = 0

    def __enter__(self) -> _FullDisk:
        _set_limit(self._run, _NO_DISK_HAS_IT)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    def broken(self) -> list[str]:
        return [] if self.waiting_at_the_end else ["no fact waited in the outbox: publishers were not blocked"]

    def _be_full(self) -> None:
        threading.Event().wait(self._full_s)
        self.waiting_at_the_end = _unpublished(self._run)
        _set_limit(self._run, _AS_CONFIGURED)


def _set_limit(run: RunDir, limit_bytes: int) -> None:
    broker = Environments(run, state.read(run)).rabbitmq()
    subprocess.run(
        broker.operator_command("set_disk_free_limit", str(limit_bytes)),
        env=dict(broker.environment()), check=True, capture_output=True, cwd="/",
    )  # fmt: skip


def _unpublished(run: RunDir) -> int:
    """Facts of the wallet that the broker has not taken."""
    url = sa.make_url(Environments(run, state.read(run)).of_service("wallet")["WALLET_DATABASE_URL"])
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        row = connection.execute("SELECT count(*) FROM outbox WHERE published_at IS NULL").fetchone()
    return int(row[0]) if row else 0
