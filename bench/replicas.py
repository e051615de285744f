"""`replicas`: 1, 2 and 4 wallet replicas on one database, each round in turn; the peer of 2 and 4 is 1.

Client, replicas and PostgreSQL share the machine: on two cores a second replica takes its time from the others, and
what shows is that replicas do not hinder one another. How far they scale is for a machine with cores to give.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bench import till_runs
from bench.debit_rpc import WALLET_ALONE, Stand, stand
from bench.figures import Figure, median
from bench.till_client import Seen
from bench.till_runs import SIZE
from embedded import control, state
from embedded.platform import Platform

NAME = "replicas"
COUNTS = (1, 2, 4)

_NAMES = tuple("wallet.rpc" if number == 0 else f"wallet.rpc-{number + 1}" for number in range(max(COUNTS)))
REPLICAS = Platform(
    migrations=WALLET_ALONE.migrations,
    processes=tuple(replace(WALLET_ALONE.processes[0], name=name) for name in _NAMES),
)


def run(long: bool) -> Iterator[Figure]:
    """Three rounds; medians."""
    seconds = 20.0 if long else 6.0
    with stand(SIZE, "bench.replicas:REPLICAS") as at:
        till_runs.warm(till_runs.plan(at, seconds, _addresses(at, max(COUNTS))))
        runs: dict[int, list[Seen]] = {count: [] for count in COUNTS}
        for _ in range(till_runs.ROUNDS):
            for count in COUNTS:
                _serve_with(at, count)
                planned = till_runs.plan(at, seconds, _addresses(at, count))
                runs[count].append(till_runs.all_accepted(till_runs.play(planned)))
        alone = median(seen.rate for seen in runs[1])
        for count in COUNTS:
            rate = median(seen.rate for seen in runs[count])
            peer = {"peer": "1 replica", "peer_value": alone} if count > 1 else {}
            yield Figure(NAME, f"debits, {count} replicas", rate, "1/s", **peer)  # type: ignore[arg-type]
            yield from till_runs.latencies(NAME, f"{count} replicas,", runs[count])
        yield from till_runs.memory(NAME, at, *_NAMES)


def _addresses(at: Stand, count: int) -> list[str]:
    ports = state.read(at.run).ports
    return [f"127.0.0.1:{ports[f'{name}.RPC_PORT']}" for name in _NAMES[:count]]


def _serve_with(at: Stand, count: int) -> None:
    """So many serve; the others rest, frozen: they take no processor time and hold what they hold."""
    for number, name in enumerate(_NAMES):
        if number < count:
            control.resume(name, at.run)
        else:
            control.pause(name, at.run)
