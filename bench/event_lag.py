"""`event-lag`: from a debit's commit in the wallet to its accrual's commit in payout, at 500 debits a second.

Both instants are PostgreSQL's own (`track_commit_timestamp`, switched on for this bench), of one server and one
clock: the figure holds the relay, the broker and payout's worker, and no client.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

import psycopg
import sqlalchemy as sa

from bench import till_runs
from bench.debit_rpc import WALLET_ALONE, Stand, libpq, stand
from bench.figures import Figure, percentile
from bench.till_runs import SIZE
from embedded import control, state
from embedded.environment import Environments
from embedded.platform import PLATFORM, Platform
from embedded.rabbitmq import OPERATOR

NAME = "event-lag"
RATE = 500.0
_PARTS = ("wallet.rpc", "wallet.relay", "payout.worker")
_ARRIVE_WITHIN_S = 120.0

WALLET_TO_PAYOUT = Platform(
    migrations=WALLET_ALONE.migrations,
    processes=tuple(each for each in PLATFORM.processes if each.name in _PARTS),
)
_DEBITED = "SELECT transfer_id::text, pg_xact_commit_timestamp(xmin) FROM transfers WHERE kind = 'debit'"
_ACCRUED = "SELECT debit_id::text, pg_xact_commit_timestamp(xmin) FROM accruals"


def run(long: bool) -> Iterator[Figure]:
    """20 seconds of arrivals, 60 with `long`."""
    seconds = 60.0 if long else 20.0
    with stand(SIZE, "bench.event_lag:WALLET_TO_PAYOUT") as at:
        _keep_commit_times(at)
        planned = till_runs.plan(at, seconds)
        till_runs.warm(replace(planned, in_flight=8))
        _wait_until_accrued(at)
        known = _commits(at, "wallet", _DEBITED).keys()
        meter = till_runs.meter(at, *_PARTS, "postgres", "rabbitmq")
        meter.start()
        seen = till_runs.play(replace(planned, arrivals=RATE))
        drained_s = _wait_until_accrued(at)
        spent = meter.read()
        lags = _lags(at, known)
        yield Figure(NAME, "debits", len(lags) / seen.seconds, "1/s", "wanted", RATE)
        for share in (0.50, 0.95, 0.99):
            yield Figure(NAME, f"commit to accrual p{share * 100:.0f}", percentile(lags, share) * 1_000, "ms")
        yield Figure(NAME, "refused", sum(seen.refusals.values()), "debits")
        yield Figure(NAME, "last accrual after the last debit", drained_s, "s")
        for part, cpu_s in spent.items():
            yield Figure(NAME, f"CPU an event, {part}", cpu_s / max(1, len(lags)) * 1e6, "µs")
        yield from till_runs.latencies(NAME, "debit's own latency", [seen])
        yield from till_runs.memory(NAME, at, *_PARTS)


def _lags(at: Stand, known: Set[str]) -> list[float]:
    """Seconds from commit to commit of each debit that is not known already, sorted."""
    debited, accrued = _commits(at, "wallet", _DEBITED), _commits(at, "payout", _ACCRUED)
    return sorted(accrued[debit_id] - debited[debit_id] for debit_id in debited.keys() - known)


def _keep_commit_times(at: Stand) -> None:
    with _connect(at, "postgres") as connection:
        connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    control.restart("postgres", run=at.run)
    for name in _PARTS:
        control.wait_until_ready(name, at.run)


def _wait_until_accrued(at: Stand) -> float:
    """Until payout has every debit; how long that took."""
    begun = time.monotonic()
    while _count(at, "payout", "accruals") < _count(at, "wallet", "transfers WHERE kind = 'debit'"):
        if time.monotonic() - begun > _ARRIVE_WITHIN_S:
            raise RuntimeError(f"payout does not know every debit after {_ARRIVE_WITHIN_S:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - begun


def _count(at: Stand, service: str, rows: str) -> int:
    with _connect(at, service) as connection:
        row = connection.execute(f"SELECT count(*) FROM {rows}").fetchone()  # noqa: S608 - two fixed texts
    return int(row[0]) if row else 0


def _commits(at: Stand, service: str, question: str) -> Mapping[str, float]:
    with _connect(at, service) as connection:
        return {debit_id: instant.timestamp() for debit_id, instant in connection.execute(question)}


def _connect(at: Stand, database: str) -> psycopg.Connection:
    url = Environments(at.run, state.read(at.run)).postgres().url(OPERATOR, database)
    return psycopg.connect(libpq(sa.make_url(url)), autocommit=True)
