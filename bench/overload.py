"""`overload`: arrivals at half the sustainable rate, then at twice it, whether answered or not.

What is accepted at twice the rate must stay quick (its p99 under three times that of half load); the rest is refused
at once. Sustainable is what the same client gets with 128 in flight, measured just before. Both forms are measured:
one a call, and as a gateway sends, what comes in together in one message.

The client has a core for itself and the service and PostgreSQL have the others: a client that starves measures its own
queue. So sustainable is less here than in `debit-rpc`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bench import cpu, till_runs
from bench.debit_rpc import stand
from bench.figures import Figure, median, percentile
from bench.till_client import Plan, Seen
from bench.till_runs import SIZE

NAME = "overload"


@dataclass(frozen=True, slots=True)
class _Round:
    sustainable: float
    half: Seen
    double: Seen


def run(long: bool) -> Iterator[Figure]:
    """Three rounds of each form; medians."""
    seconds = 20.0 if long else 8.0
    with stand(SIZE) as at:
        cpu.keep_off_first_core(at.pid(name) for name in ("wallet.rpc", "postgres"))
        for form, together in (("", False), (", many a message", True)):
            full = replace(till_runs.plan(at, seconds), on_first_core=True, together=together)
            till_runs.warm(full)
            yield from _figures(form, [_round(full, number) for number in range(till_runs.ROUNDS)])
        yield from till_runs.memory(NAME, at, "wallet.rpc")


def _round(full: Plan, seed: int) -> _Round:
    sustainable = till_runs.all_accepted(till_runs.play(full)).rate
    half = till_runs.play(replace(full, arrivals=sustainable / 2, seed=seed))
    double = till_runs.play(replace(full, arrivals=sustainable * 2, seed=seed))
    return _Round(sustainable, half, double)


def _figures(form: str, rounds: list[_Round]) -> Iterator[Figure]:
    half, double = [each.half for each in rounds], [each.double for each in rounds]
    sustainable = median(each.sustainable for each in rounds)
    yield Figure(NAME, f"sustainable{form}", sustainable, "1/s")
    yield Figure(NAME, f"accepted at half{form}", median(seen.rate for seen in half), "1/s", "arrived", sustainable / 2)
    accepted = median(seen.rate for seen in double)
    yield Figure(NAME, f"accepted at twice{form}", accepted, "1/s", "sustainable", sustainable)
    yield from till_runs.latencies(NAME, f"accepted at half{form},", half)
    yield from till_runs.latencies(NAME, f"accepted at twice{form},", double)
    p99 = [median(percentile(seen.accepted_ms, 0.99) for seen in runs) for runs in (double, half)]
    yield Figure(NAME, f"p99 at twice, of what is accepted{form}", p99[0], "ms", "p99 at half (wanted under 3)", p99[1])
    late = median(percentile(seen.late_ms, 0.99) for seen in double)
    yield Figure(NAME, f"client's own lateness at twice{form}, p99", late, "ms")
    yield Figure(NAME, f"refused at half{form}", _share_refused(half), "%")
    yield Figure(NAME, f"refused at twice{form}", _share_refused(double), "%")
    if refused := [seen for seen in double if seen.refused_ms]:
        for share in (0.50, 0.99):
            told = median(percentile(seen.refused_ms, share) for seen in refused)
            yield Figure(NAME, f"time to a refusal at twice{form}, p{share * 100:.0f}", told, "ms")
    for reason, count in sorted(sum(map(Counter, (seen.refusals for seen in double)), Counter()).items()):
        yield Figure(NAME, f"refusals at twice{form}: {reason}", count, "debits")


def _share_refused(runs: list[Seen]) -> float:
    return median(100 * len(seen.refused_ms) / (len(seen.refused_ms) + seen.accepted) for seen in runs)
