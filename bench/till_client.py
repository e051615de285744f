"""The client of the benches that load the wallet otherwise than `debit-rpc` does: one asyncio process, as
`bench.debit_client` is, which takes its plan as JSON on standard input and prints what it saw as JSON.

Closed loop: so many in flight. Open loop: arrivals at a rate of their own, by a seed, whether answered or not; how
late the client itself was to send is told apart.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import cpu, till_senders
from bench.debit_client import Tills
from bench.till_senders import Send
from chassis.keys import KeyFolder


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent where. `arrivals` a second make it an open loop; `hot_partner`: all at one partner, by
    presentations that `bench.debit_hot` adds; `wallet`: that one only, until it is refused; `together`: as one gateway
    sends to the first address, many a message; `on_first_core`: the client has that core for itself."""

    keys: str
    wallets: int
    partners: int
    seconds: float
    addresses: tuple[str, ...] = ()
    http: str = ""
    host: str = ""
    in_flight: int = 128
    arrivals: float = 0.0
    hot_partner: bool = False
    wallet: int | None = None
    seed: int = 1
    together: bool = False
    on_first_core: bool = False


@dataclass(slots=True)
class Seen:
    """Milliseconds of what was accepted, of what was refused, and of the client's own lateness, each sorted;
    `refusals` by reason.

    `last_accepted_at` and `first_refused_at` are when the last accepted one was sent and the first refusal came.
    """

    seconds: float = 0.0
    cpu_s: float = 0.0
    accepted_ms: list[float] = field(default_factory=list)
    refused_ms: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    refusals: dict[str, int] = field(default_factory=dict)
    last_accepted_at: float = 0.0
    first_refused_at: float = float("inf")

    @property
    def accepted(self) -> int:
        return len(self.accepted_ms)

    @property
    def rate(self) -> float:
        """Accepted a second."""
        return self.accepted / self.seconds

    def note(self, sent: float, reason: str) -> None:
        now = time.perf_counter()
        if reason:
            self.refusals[reason] = self.refusals.get(reason, 0) + 1
            self.refused_ms.append((now - sent) * 1_000)
            self.first_refused_at = min(self.first_refused_at, now)
        else:
            self.accepted_ms.append((now - sent) * 1_000)
            self.last_accepted_at = max(self.last_accepted_at, sent)


async def play(plan: Plan) -> Seen:
    """Carry the plan out."""
    tills = Tills(KeyFolder(Path(plan.keys)), plan.partners)
    seen = Seen()
    async with _sender(plan, tills) as send:
        await send.be_known()
        cpu_before, begun = _cpu_s(), time.perf_counter()
        await (_arrive(plan, send, seen) if plan.arrivals else keep_in_flight(plan, send, seen))
        seen.seconds, seen.cpu_s = time.perf_counter() - begun, _cpu_s() - cpu_before
    for measured in (seen.accepted_ms, seen.refused_ms, seen.late_ms):
        measured.sort()
    return seen


@asynccontextmanager
async def _sender(plan: Plan, tills: Tills) -> AsyncIterator[Send]:
    target = till_senders.Target(tills, plan.partners, plan.hot_partner)
    if plan.http:
        async with till_senders.by_http(plan.http, plan.host, plan.in_flight, target) as send:
            yield send
    elif plan.together:
        async with till_senders.together(plan.addresses[0], target) as send:
            yield send
    else:
        async with till_senders.by_grpc(plan.addresses, target) as send:
            yield send


async def keep_in_flight(plan: Plan, send: Send, seen: Seen) -> None:
    """Closed loop."""
    end = time.perf_counter() + plan.seconds

    async def one(number: int) -> None:
        chance = random.Random(f"{plan.seed}/{number}")  # noqa: S311 - spreads load, guards nothing
        while (now := time.perf_counter()) < end:
            wallet = chance.randrange(plan.wallets) if plan.wallet is None else plan.wallet
            reason = await send(wallet)
            seen.note(now, reason)
            if reason and plan.wallet is not None:
                return

    await asyncio.gather(*(one(number) for number in range(plan.in_flight)))


async def _arrive(plan: Plan, send: Send, seen: Seen) -> None:
    async def one(due: float, wallet: int) -> None:
        sent = time.perf_counter()
        seen.late_ms.append((sent - due) * 1_000)
        seen.note(sent, await send(wallet))

    under_way: set[asyncio.Task[None]] = set()
    for due, wallet in arrivals(plan, time.perf_counter()):
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(one(due, wallet))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)


def arrivals(plan: Plan, begun: float) -> Iterator[tuple[float, int]]:
    """Moments as independent customers have them, each with its wallet."""
    chance = random.Random(plan.seed)  # noqa: S311 - spreads load, guards nothing
    due = begun
    while (due := due + chance.expovariate(plan.arrivals)) < begun + plan.seconds:
        yield due, chance.randrange(plan.wallets)


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    given = json.load(sys.stdin)
    plan = Plan(**{**given, "addresses": tuple(given["addresses"])})
    if plan.on_first_core:
        os.sched_setaffinity(0, cpu.CORES[:1])
    json.dump(asdict(asyncio.run(play(plan))), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
