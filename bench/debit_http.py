"""`debit-http`: the same debits through the gateway's HTTP API. Peer in the same run: `debit-rpc`'s way, by gRPC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bench import till_runs, wallet_fixture
from bench.debit_rpc import WALLET_ALONE, stand
from bench.figures import Figure, median
from bench.till_runs import SIZE
from embedded import state
from embedded.platform import PLATFORM, Platform
from rulebooks import Catalogue

NAME = "debit-http"

WALLET_AND_GATEWAY = Platform(
    migrations=WALLET_ALONE.migrations,
    processes=tuple(each for each in PLATFORM.processes if each.name in ("wallet.rpc", "gateway")),
)


def run(long: bool) -> Iterator[Figure]:
    """Three rounds of each, in turn; medians."""
    seconds = 20.0 if long else 8.0
    with stand(SIZE, "bench.debit_http:WALLET_AND_GATEWAY") as at:
        by_grpc = till_runs.plan(at, seconds)
        port = state.read(at.run).ports["gateway.GATEWAY_PORT"]
        by_http = replace(by_grpc, http=f"127.0.0.1:{port}", host=_host())
        till_runs.warm(by_grpc)
        till_runs.warm(by_http)
        meter = till_runs.meter(at, "gateway", "wallet.rpc")
        through, direct, spent = [], [], []
        for _ in range(till_runs.ROUNDS):
            direct.append(till_runs.all_accepted(till_runs.play(by_grpc)))
            meter.start()
            seen = till_runs.all_accepted(till_runs.play(by_http))
            through.append(seen)
            spent.append(
                {**{part: s / seen.accepted for part, s in meter.read().items()}, "client": seen.cpu_s / seen.accepted}
            )
        rate = median(seen.rate for seen in through)
        yield Figure(NAME, "debits", rate, "1/s", "debit-rpc", median(seen.rate for seen in direct))
        yield from till_runs.latencies(NAME, "latency, 128 in flight,", through)
        for part in ("client", "gateway", "wallet.rpc"):
            yield Figure(NAME, f"CPU a debit, {part}", median(each[part] for each in spent) * 1e6, "µs")
        yield from till_runs.memory(NAME, at, "gateway", "wallet.rpc")


def _host() -> str:
    """The host name at which the fixture's authority answers."""
    return Catalogue.load().authority(wallet_fixture.purse().authority).host
