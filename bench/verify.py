"""`verify`: the wallet's ledger proved again from its entries, 2 million of them and 20 thousand.

Peer in the same run: one sort of the same entries by account, without any rule. Memory is the most that the command
and its PostgreSQL server process held, so that the two sizes show whether it grows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil
import psycopg

from bench.debit_rpc import Stand, libpq, stand
from bench.figures import Figure
from bench.wallet_fixture import Size
from embedded import state
from embedded.environment import Environments
from embedded.rundir import ROOT

NAME = "verify"
_SIZES = {"2 million entries": Size(200_000, 1_000, 4), "20 thousand entries": Size(2_000, 1_000, 4)}
_SORT = "SELECT count(*) FROM (SELECT * FROM entries ORDER BY account_id, account_version OFFSET 0) AS sorted"


def run(long: bool) -> Iterator[Figure]:
    """One pass over each ledger; `long` makes the large one five times larger."""
    for name, size in _SIZES.items():
        more = 5 if long and size.wallets > 100_000 else 1
        with stand(Size(size.wallets * more, size.partners, size.debits_each), folder="bench-verify") as at:
            yield from _figures(at, name)


@dataclass(frozen=True, slots=True)
class _Pass:
    seconds: float
    entries: int
    command_mb: float
    server_mb: float


def _figures(at: Stand, name: str) -> Iterator[Figure]:
    sort_s = _sort(at)
    done = _verify(at)
    entries_a_second = done.entries / done.seconds
    yield Figure(NAME, f"{name}, entries", entries_a_second, "1/s", "one sort", done.entries / sort_s)
    yield Figure(NAME, f"{name}, whole", done.seconds, "s")
    yield Figure(NAME, f"{name}, memory of the command", done.command_mb, "MB")
    yield Figure(NAME, f"{name}, memory of its server process", done.server_mb, "MB")


def _sort(at: Stand) -> float:
    with psycopg.connect(libpq(at.postgres)) as connection:
        begun = time.perf_counter()
        connection.execute(_SORT)
        return time.perf_counter() - begun


def _verify(at: Stand) -> _Pass:
    environment = {**os.environ, **Environments(at.run, state.read(at.run)).of_service("wallet")}
    begun = time.perf_counter()
    command = [sys.executable, "-m", "services.wallet", "ctl", "verify", "--json"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    sampler = _Sampler(process.pid, at.pid("postgres"))
    output, _ = process.communicate()
    seconds = time.perf_counter() - begun
    sampler.stop()
    report = json.loads(output)
    if not report["held"]:
        raise RuntimeError(f"the generated ledger does not hold: {output[-2000:]}")
    entries = sum(each["figures"]["entries"] for each in report["authorities"].values())
    return _Pass(seconds, entries, sampler.command_mb, sampler.server_mb)


class _Sampler:
    """The most memory of its own that the command, and any one server process, held."""

    def __init__(self, command: int, postgres: int) -> None:
        self.command_mb = self.server_mb = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(command, postgres))
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self, command: int, postgres: int) -> None:
        while not self._stopped.wait(0.1):
            self.command_mb = max(self.command_mb, _own_mb(command))
            with suppress(psutil.NoSuchProcess):
                children = psutil.Process(postgres).children()
                self.server_mb = max([self.server_mb, *(_own_mb(child.pid) for child in children)])


def _own_mb(pid: int) -> float:
    """What no other process shares: shared buffers are not counted."""
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return float(psutil.Process(pid).memory_full_info().uss / 1e6)
    return 0.0
