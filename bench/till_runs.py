"""Runs the till client as a process of its own, and prints what it saw."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial

from bench import cpu
from bench.debit_rpc import Stand
from bench.figures import Figure, median, percentile
from bench.till_client import Plan, Seen
from bench.wallet_fixture import Size
from embedded.rundir import ROOT

SIZE = Size(wallets=100_000, partners=1_000)
"""Of the benches that compare two loads on one database: a fifth of `debit-rpc`'s, filled in seconds."""
ROUNDS = 3


def plan(at: Stand, seconds: float, addresses: Sequence[str] = ()) -> Plan:
    """128 in flight, spread over all wallets and partners."""
    return Plan(str(at.run.keys), at.size.wallets, at.size.partners, seconds, tuple(addresses or (at.address,)))


def play(planned: Plan) -> Seen:
    """One run. Raises RuntimeError with the client's last words."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.till_client"],
        input=json.dumps(asdict(planned)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the client failed: {done.stderr[-2000:]}")
    return Seen(**json.loads(done.stdout))


def warm(planned: Plan) -> None:
    """Pools, prepared statements, caches."""
    play(replace(planned, seconds=3.0, seed=0))


def all_accepted(seen: Seen) -> Seen:
    """Raises RuntimeError when something was refused: the figure would be of another load."""
    if seen.refusals:
        raise RuntimeError(f"the load was refused: {seen.refusals}")
    return seen


def latencies(bench: str, what: str, runs: Sequence[Seen]) -> Iterator[Figure]:
    """p50, p95 and p99 of what was accepted, each the median of the runs."""
    for share in (0.50, 0.95, 0.99):
        value = median(percentile(seen.accepted_ms, share) for seen in runs)
        yield Figure(bench, f"{what} p{share * 100:.0f}", value, "ms")


def memory(bench: str, at: Stand, *names: str) -> Iterator[Figure]:
    for name in names:
        yield Figure(bench, f"memory, {name}", cpu.memory_mb(at.pid(name)), "MB")


def meter(at: Stand, *names: str) -> cpu.Meter:
    """CPU seconds of these processes, and of what a server has as its children."""
    return cpu.Meter({name: partial(cpu.seconds_of_tree, at.pid(name)) for name in names})
