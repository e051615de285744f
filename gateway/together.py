"""Calls that come in while others are under way go to their service together, in one message.

Each keeps its own answer or refusal. Two messages are under way at once for an authority: one at the service, one that
comes back or goes out. As many calls as a third takes may wait for it; one more is refused at once, here, where that
costs the service nothing. See docs/decisions/0131 and 0155.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from atouts.calls.v1 import messages_pb2 as pb

from chassis.errors import Overloaded

CALLS_LIMIT = 64
_MESSAGES_LIMIT = 2
HELD_LIMIT = (_MESSAGES_LIMIT + 1) * CALLS_LIMIT

Send = Callable[[pb.CallManyRequest], Awaitable[Any]]  # answers a CallManyResponse


@dataclass(frozen=True, slots=True)
class _Waiting:
    call: pb.OneCall
    outcome: asyncio.Future[pb.OneOutcome]


class Together:
    """Gathers calls of one authority to one service; used in one event loop."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[_Waiting] = deque()
        self._held = 0
        self._under_way: set[asyncio.Task[None]] = set()

    async def ask(self, call: pb.OneCall) -> pb.OneOutcome:
        """The call's own outcome. Raises Overloaded past HELD_LIMIT, and what the sending of its message raises."""
        if self._held >= HELD_LIMIT:
            raise Overloaded
        waiting = _Waiting(call, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._go_on()
        self._held += 1
        try:
            return await waiting.outcome
        finally:
            self._held -= 1

    def _go_on(self) -> None:
        if self._waiting and len(self._under_way) < _MESSAGES_LIMIT:
            task = asyncio.create_task(self._one_message())
            self._under_way.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._go_on()

    async def _one_message(self) -> None:
        """What waits when the task begins: all that came in during one turn of the loop, at least."""
        taken = self._take()
        if not taken:
            return
        try:
            answer = await self._send(pb.CallManyRequest(calls=[waiting.call for waiting in taken]))
            told = list(zip(taken, answer.outcomes, strict=True))
        except Exception as error:  # noqa: BLE001 - each caller is told, as if its call had been alone
            for waiting in taken:
                if not waiting.outcome.done():
                    waiting.outcome.set_exception(error)
            return
        for waiting, outcome in told:
            if not waiting.outcome.done():
                waiting.outcome.set_result(outcome)

    def _take(self) -> list[_Waiting]:
        """In order of arrival; the place of a caller that has gone goes to the next."""
        taken: list[_Waiting] = []
        while self._waiting and len(taken) < CALLS_LIMIT:
            waiting = self._waiting.popleft()
            if not waiting.outcome.cancelled():
                taken.append(waiting)
        return taken
