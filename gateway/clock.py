"""Moving platform time, in the modes `demo` and `test` only: rest, move, and rest again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from atouts.operations.v1.messages_pb2 import GetProgressRequest, GetProgressResponse

from chassis.clock import ClockMovedBack, MovableClock
from gateway.contracts import progress_of
from gateway.peers import Caller, Peers
from gateway.problems import Problem
from gateway.quiet import Rest, Snapshot

_REST_BEFORE_S = 30.0
_REST_AFTER_S = 300.0


@dataclass(frozen=True, slots=True)
class MovePlatformTime:
    """`place`: the first placing of an empty platform, which may go back in time."""

    to: datetime
    place: bool = False
    timeout_s: float = _REST_AFTER_S


@dataclass(frozen=True, slots=True)
class PlatformTime:
    """What the clock shows, and how long it took to get there."""

    now: datetime
    waited_s: float = 0.0


class DemoClock:
    """The hand on CLOCK_FILE; one move at a time."""

    def __init__(self, clock: MovableClock, services: Iterable[str]) -> None:
        self._clock = clock
        self._services = tuple(services)
        self._one_at_a_time = asyncio.Lock()

    def read(self) -> PlatformTime:
        return PlatformTime(self._clock.now())

    async def move(self, peers: Peers, caller: Caller, order: MovePlatformTime) -> PlatformTime:
        """Answers when all that became due has been played, and what it set going is at rest.

        The same move again only waits: after a lost answer, ask again. Raises Problem: 422 `clock_backwards`
        and `clock_already_placed`, 503 `not_quiet`.
        """
        started = time.monotonic()

        async def read() -> Snapshot:
            return await self._snapshot(peers, caller)

        async with self._one_at_a_time:
            if order.to != self._clock.last_move:
                await self._check(order, read)
                await Rest(read).reached(min(_REST_BEFORE_S, order.timeout_s))
                self._put(order)
            await Rest(read).reached(order.timeout_s)
        return PlatformTime(self._clock.now(), round(time.monotonic() - started, 3))

    async def _check(self, order: MovePlatformTime, read: Callable[[], Awaitable[Snapshot]]) -> None:
        """Refuse at once what no waiting will make right."""
        if order.place and self._clock.last_move and not _is_empty(await read()):
            raise _already_placed()
        if not order.place and order.to < self._clock.now():
            raise _backwards(self._clock.now())

    def _put(self, order: MovePlatformTime) -> None:
        if order.place:
            return self._clock.place_at(order.to)
        with suppress(ClockMovedBack):  # it ticked past that instant while we waited: it is there by itself
            self._clock.move_to(order.to)

    async def _snapshot(self, peers: Peers, caller: Caller) -> Snapshot:
        answers = await asyncio.gather(*(self._progress(peers, caller, service) for service in self._services))
        return dict(zip(self._services, answers, strict=True))

    async def _progress(self, peers: Peers, caller: Caller, service: str) -> GetProgressResponse | None:
        try:
            answer = await peers.ask(progress_of(service), GetProgressRequest(), caller)
        except Problem:
            return None  # away for now: the clock waits for it, and names it when it does not come
        assert isinstance(answer, GetProgressResponse)
        return answer


def _is_empty(snapshot: Snapshot) -> bool:
    return all(progress and not progress.published for progress in snapshot.values())


def _already_placed() -> Problem:
    return Problem(
        422,
        "clock_already_placed",
        "L'horloge de cette plateforme est déjà réglée : elle ne peut plus qu'avancer, sans place.",
        "This platform's clock is already set: it only moves forward now, without place.",
        "place",
    )


def _backwards(now: datetime) -> Problem:
    return Problem(
        422,
        "clock_backwards",
        f"L'horloge est déjà au {now:%d/%m/%Y à %H:%M} UTC : elle ne recule pas.",
        f"The clock is already at {now:%Y-%m-%d %H:%M} UTC: it does not go back.",
        "to",
    )
