"""Gathers events that arrive side by side: those that come while a transaction is under way go together in the next.

What the debit group is to debits: one commit, one look at the inbox. Whoever finds nobody at work leads, and hands over
when its own event is done. Threads here are those of the process, green ones in a worker.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chassis import logs
from chassis.events import Event
from chassis.outages import is_operational

LIMIT = 64
_log = logs.get(__name__)


@dataclass(slots=True)
class _Ticket:
    event: Event
    leads: bool = False
    error: Exception | None = None
    told: threading.Event = field(default_factory=threading.Event)


class EventGroup:
    """`commit` handles events in one transaction of its own, all or none; `waiting` are those for the next."""

    def __init__(self, commit: Callable[[Sequence[Event]], None]) -> None:
        self._commit = commit
        self._lock = threading.Lock()
        self.waiting: list[_Ticket] = []
        self._is_led = False

    def handle(self, event: Event) -> None:
        """Returns once the event's effect is committed. Raises what this event's own handling raised."""
        ticket = _Ticket(event)
        with self._lock:
            self.waiting.append(ticket)
            leader = self._next_leader() if not self._is_led else None
        if leader:
            leader.told.set()
        ticket.told.wait()
        if ticket.leads:
            self._lead()
        if ticket.error:
            raise ticket.error

    def _next_leader(self) -> _Ticket | None:
        """Who leads now, the first that waits; to be told outside the lock, which the caller holds."""
        leader = self.waiting[0] if self.waiting else None
        self._is_led = leader is not None
        if leader:
            leader.leads = True
        return leader

    def _lead(self) -> None:
        with self._lock:
            group, self.waiting = self.waiting[:LIMIT], self.waiting[LIMIT:]
        try:
            self._run(group)
        finally:
            with self._lock:
                leader = self._next_leader()
            for ticket in (*group, *((leader,) if leader else ())):
                ticket.told.set()

    def _run(self, group: Sequence[_Ticket]) -> None:
        """An event that fails never fails its neighbours: after a failure each is handled alone."""
        try:
            self._commit([ticket.event for ticket in group])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is one event's, and raised to that one
            if len(group) == 1:
                group[0].error = error
                return
            _log.warning("event group split", size=len(group), reason=str(error)[:200])
            self._run_one_by_one(group)

    def _run_one_by_one(self, group: Sequence[_Ticket]) -> None:
        away: Exception | None = None
        for ticket in group:
            if away is None:
                self._run([ticket])
                # With the database away the rest waits at once, not after a time-out each.
                away = ticket.error if ticket.error and is_operational(ticket.error) else None
            else:
                ticket.error = away
