"""`debit-rpc`: durable debits through gRPC, all rows and checks of the debit path, one wallet replica.

Peers in the same run: `pgbench -N` with 32 clients on the same PostgreSQL, and an echo of the same messages through
the same server and client. The same debits also as a gateway sends them, those that come together in one message. Each
round measures all four, one after the other.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg.conninfo
import sqlalchemy as sa

from bench import cpu, pgbench, wallet_fixture
from bench.figures import Figure, median, percentile
from bench.wallet_fixture import Size
from chassis.clock import MovableClock
from embedded import control, lifecycle, state
from embedded.environment import Environments
from embedded.platform import PLATFORM, Platform
from embedded.rabbitmq import OPERATOR
from embedded.rundir import ROOT, RunDir

NAME = "debit-rpc"
ROUNDS = 3
IN_FLIGHT = 128

# The wallet's door alone: what a replica is in production. Its relay and worker are measured by `event-lag`.
WALLET_ALONE = Platform(
    migrations=tuple(each for each in PLATFORM.migrations),
    processes=tuple(each for each in PLATFORM.processes if each.name == "wallet.rpc"),
)


@dataclass(frozen=True, slots=True)
class Stand:
    """A wallet service on a filled database."""

    run: RunDir
    address: str
    postgres: sa.URL
    size: Size

    def pid(self, name: str) -> int:
        return control.pids(self.run)[name]


@contextmanager
def stand(size: Size, platform: str = "bench.debit_rpc:WALLET_ALONE", *, folder: str = "bench") -> Iterator[Stand]:
    """Start the servers and one wallet replica, or another platform, in a run folder of their own; gone afterwards."""
    run = RunDir(ROOT / ".run" / folder)
    lifecycle.reset(run)
    try:
        run.path.mkdir(parents=True, exist_ok=True)
        MovableClock(run.clock).place_at(wallet_fixture.purse().at)
        lifecycle.up(run, platform)
        kept = state.read(run)
        settings = Environments(run, kept).of_service("wallet")
        url = sa.make_url(settings["WALLET_DATABASE_URL"])
        wallet_fixture.fill(libpq(url), size)
        yield Stand(run, f"127.0.0.1:{kept.ports['wallet.rpc.RPC_PORT']}", url, size)
    finally:
        lifecycle.reset(run)


def run(long: bool) -> Iterator[Figure]:
    """Measure ROUNDS rounds and print medians."""
    seconds = 30 if long else 10
    with stand(Size()) as at:
        prepare_pgbench(at)
        for form in ("Debit", "CallMany"):
            client(at, form, 3)  # warm: pools, prepared statements, caches
        rounds = [_round(at, seconds) for _ in range(ROUNDS)]
        yield from _figures(at, rounds)


@dataclass(frozen=True, slots=True)
class Load:
    """Debits a second in one form, their latencies in order, and CPU microseconds a debit by part."""

    rate: float
    latencies_ms: list[float]
    cpu_us: dict[str, float]


@dataclass(frozen=True, slots=True)
class Round:
    """One round: the debits by form, and the peers' rates a second."""

    one_a_call: Load
    many_a_call: Load
    echoes: float
    transactions: float


def _round(at: Stand, seconds: int) -> Round:
    one, many = _load(at, "Debit", seconds), _load(at, "CallMany", seconds)
    echoes = client(at, "EchoDebit", seconds)
    transactions = pgbench.transactions_a_second(**pgbench_place(at), seconds=seconds)
    return Round(one, many, echoes["count"] / echoes["seconds"], transactions)


def _load(at: Stand, rpc: str, seconds: int) -> Load:
    meter = cpu.Meter(
        {
            "service": lambda: cpu.seconds_of(at.pid("wallet.rpc")),
            "postgresql": lambda: cpu.seconds_of_tree(at.pid("postgres")),
        }
    )
    seen = client(at, rpc, seconds, meter.start)
    spent = {**meter.read(), "client": seen["cpu_s"]}
    cpu_us = {part: value / seen["count"] * 1e6 for part, value in spent.items()}
    return Load(seen["count"] / seen["seconds"], seen["latencies_ms"], cpu_us)


def _figures(at: Stand, rounds: list[Round]) -> Iterator[Figure]:
    transactions, echoes = median(each.transactions for each in rounds), median(each.echoes for each in rounds)
    yield from _of_form("", [each.one_a_call for each in rounds], transactions, echoes)
    yield from _of_form(", many a message", [each.many_a_call for each in rounds], transactions, echoes)
    yield Figure(NAME, "memory, service", cpu.memory_mb(at.pid("wallet.rpc")), "MB")


def _of_form(form: str, loads: list[Load], transactions: float, echoes: float) -> Iterator[Figure]:
    rate = median(load.rate for load in loads)
    yield Figure(NAME, f"debits{form}", rate, "1/s", "pgbench -N", transactions)
    yield Figure(NAME, f"debits{form}", rate, "1/s", "echo", echoes)
    for share in (0.50, 0.95, 0.99):
        value = median(percentile(load.latencies_ms, share) for load in loads)
        yield Figure(NAME, f"latency p{share * 100:.0f}, {IN_FLIGHT} in flight{form}", value, "ms")
    for part in ("client", "service", "postgresql"):
        yield Figure(NAME, f"CPU a debit, {part}{form}", median(load.cpu_us[part] for load in loads), "µs")


def client(at: Stand, rpc: str, seconds: float, begin: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Run the client; `begin` is called when all is ready and nothing is measured yet."""
    command = [
        sys.executable, "-m", "bench.debit_client", f"--address={at.address}", f"--keys={at.run.keys}",
        f"--rpc={rpc}", f"--seconds={seconds}", f"--wallets={at.size.wallets}", f"--partners={at.size.partners}",
        f"--in-flight={IN_FLIGHT}",
    ]  # fmt: skip
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) as client:
        assert client.stdout is not None
        client.stdout.readline()
        begin()
        told, failures = client.communicate("go\n")
    if client.returncode:
        raise RuntimeError(f"the client failed: {failures[-2000:]}")
    measured: dict[str, Any] = json.loads(told)
    return measured


def prepare_pgbench(at: Stand) -> None:
    operator = sa.make_url(Environments(at.run, state.read(at.run)).postgres().url(OPERATOR, "postgres"))
    with psycopg.connect(libpq(operator), autocommit=True) as connection:
        connection.execute("CREATE DATABASE pgbench")
    pgbench.prepare(**pgbench_place(at))


def pgbench_place(at: Stand) -> dict[str, Any]:
    operator = sa.make_url(Environments(at.run, state.read(at.run)).postgres().url(OPERATOR, "pgbench"))
    return {
        "host": operator.host,
        "port": operator.port,
        "user": operator.username,
        "password": operator.password,
        "database": "pgbench",
    }


def libpq(url: sa.URL) -> str:
    return psycopg.conninfo.make_conninfo(
        host=url.host, port=url.port, user=url.username, password=url.password, dbname=url.database
    )
