"""`debit-large`: durable debits on a ledger of 10 million entries and 1 million wallets.

Peer in the same run: the same debits on a ledger of 10 thousand entries. Both platforms are up; the rounds take turns,
so that what else the machine does falls on both.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.debit_rpc import IN_FLIGHT, Stand, client, stand
from bench.figures import Figure, median, percentile
from bench.wallet_fixture import Size

NAME = "debit-large"
ROUNDS = 3
# A wallet has its credit and four debits, of two entries each.
LARGE = Size(wallets=1_000_000, partners=1_000, debits_each=4)
SMALL = Size(wallets=1_000, partners=1_000, debits_each=4)


def run(long: bool) -> Iterator[Figure]:
    """Medians of three rounds of each."""
    seconds = 30 if long else 10
    with stand(SMALL, folder="bench-small") as small, stand(LARGE, folder="bench-large") as large:
        for at in (small, large):
            client(at, "Debit", 5)  # warm: pools, prepared statements, caches
        rounds = [(_rate(large, seconds), _rate(small, seconds)) for _ in range(ROUNDS)]
    yield Figure(
        NAME,
        "debits, 10 million entries",
        median(of_large[0] for of_large, _ in rounds),
        "1/s",
        "10 thousand entries",
        median(of_small[0] for _, of_small in rounds),
    )
    yield Figure(
        NAME,
        f"latency p99, {IN_FLIGHT} in flight",
        median(of_large[1] for of_large, _ in rounds),
        "ms",
        "10 thousand entries",
        median(of_small[1] for _, of_small in rounds),
    )


def _rate(at: Stand, seconds: int) -> tuple[float, float]:
    """Debits a second, and the 99th percentile of their latencies in milliseconds."""
    measured = client(at, "Debit", seconds)
    return measured["count"] / measured["seconds"], percentile(measured["latencies_ms"], 0.99)
