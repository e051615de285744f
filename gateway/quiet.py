"""Whether everything that was set going has come to rest: nothing unpublished, unhandled or due in any service.

The demo's clock may move only between two rests: what happened before a date has had all its effects by then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

from atouts.operations.v1.messages_pb2 import GetProgressResponse

from gateway.problems import Problem

_POLL_S = (0.02, 0.03, 0.05, 0.08, 0.12, 0.2)

# None: the service does not answer.
Snapshot: TypeAlias = Mapping[str, GetProgressResponse | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """`count` things that `service` still has to do; `what` is an event's type, or one of the words below."""

    service: str
    what: str
    count: int


UNREACHABLE, UNPUBLISHED, JOBS_DUE = "unreachable", "unpublished", "jobs_due"


def waiting(snapshot: Snapshot) -> list[Waiting]:
    """What is not at rest: for each service its outbox, its due jobs, and the events that it has not handled."""
    found: list[Waiting] = []
    for service, progress in snapshot.items():
        if progress is None:
            found.append(Waiting(service, UNREACHABLE, 1))
            continue
        found.append(Waiting(service, UNPUBLISHED, progress.unpublished))
        found.append(Waiting(service, JOBS_DUE, progress.jobs_due))
        found += [
            Waiting(service, handled.type, _published(snapshot, handled.source, handled.type) - handled.count)
            for handled in progress.handled
        ]
    return [one for one in found if one.count]


def _published(snapshot: Snapshot, source: str, event_type: str) -> int:
    progress = snapshot.get(source)
    counts = {event.type: event.count for event in progress.published} if progress else {}
    return counts.get(event_type, 0)


class Rest:
    """Waits for rest. `read` takes one snapshot of all services."""

    def __init__(self, read: Callable[[], Awaitable[Snapshot]]) -> None:
        self._read = read

    async def reached(self, timeout_s: float) -> None:
        """Return at rest. Raises Problem 503 `not_quiet`, which names what is still waiting.

        Services are read one after another, so that a fact may slip between two readings: two snapshots with
        the same counters and nothing waiting in either leave no room for one.
        """
        deadline = time.monotonic() + timeout_s
        before: Snapshot = {}
        attempt = 0
        while True:
            now = await self._read()
            busy = waiting(now)
            if not busy and now == before:
                return
            if busy and time.monotonic() > deadline:
                raise _not_quiet(busy)
            before = now
            await asyncio.sleep(_POLL_S[min(attempt, len(_POLL_S) - 1)] if busy else _POLL_S[0])
            attempt += 1


def _not_quiet(busy: list[Waiting]) -> Problem:
    names = ", ".join(f"{one.service} {one.what} ({one.count})" for one in busy)
    return Problem(
        503,
        "not_quiet",
        f"L'horloge attend encore : {names}. Recommencez la même demande.",
        f"The clock still waits for: {names}. Send the same request again.",
        more={"waiting": [asdict(one) for one in busy]},
    )
