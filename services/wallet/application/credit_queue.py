"""Gathers concurrent credits: members that become active while a commit is under way are credited together in the next.

Their places in the lines are committed before they come here, so nothing is lost with this process: whoever serves a
line next finds them. One writer is enough, since all that wait for one envelope would wait for each other.
"""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import logs
from chassis.context import CallContext
from chassis.grpc_server import Platform
from services.wallet.application import crediting
from services.wallet.application.rules import Rules
from services.wallet.metrics import CREDIT_GROUP_SIZE
from services.wallet.store import credit_line

GROUP_LIMIT = 128
_ANSWER_WITHIN_S = 5.0
# How often an idle writer looks for places that a process which died left in a line.
_IDLE_S = 5.0
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class _Ticket:
    authority_id: str
    membership_id: UUID
    done: Future[None] = field(default_factory=Future)


class CreditQueue:
    """Takes members who became active from any thread, and has a writer that serves them in groups."""

    def __init__(self, platform: Platform, rules: Rules) -> None:
        self._platform = platform
        self._rules = rules
        self._waiting: queue.SimpleQueue[_Ticket | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="credits", daemon=True)

    def start(self) -> None:
        self._writer.start()

    def stop(self) -> None:
        """Serve who waits, then end; nobody may be submitted any more."""
        self._waiting.put(None)
        self._writer.join()

    def settle(self, authority_id: str, membership_id: UUID) -> None:
        """Return once the member was served in their turn, or could not be in time: their place stays in the line."""
        ticket = _Ticket(authority_id, membership_id)
        self._waiting.put(ticket)
        try:
            ticket.done.result(_ANSWER_WITHIN_S)
        except TimeoutError:
            _log.warning("credit not answered in time", membership_id=str(membership_id))

    def _write(self) -> None:
        while True:
            tickets, is_last = self._next_group()
            self._serve_all(tickets)
            if is_last:
                return

    def _next_group(self) -> tuple[list[_Ticket], bool]:
        """What is there, after a wait for the first; nothing: the writer was idle. And whether it is the end."""
        tickets: list[_Ticket] = []
        try:
            ticket = self._waiting.get(timeout=_IDLE_S)
            while ticket is not None:
                tickets.append(ticket)
                if len(tickets) == GROUP_LIMIT:
                    return tickets, False
                ticket = self._waiting.get_nowait()
        except queue.Empty:
            return tickets, False
        return tickets, True

    def _serve_all(self, tickets: Sequence[_Ticket]) -> None:
        members: dict[str, set[UUID]] = defaultdict(set)
        for ticket in tickets:
            members[ticket.authority_id].add(ticket.membership_id)
        try:
            for authority_id in members or self._left_behind():
                self._serve(authority_id, members.get(authority_id, set()))
        except Exception as error:  # noqa: BLE001 - the places stay in the line: the next group serves them
            _log.warning("credit group failed", size=len(tickets), reason=str(error)[:200])
        for ticket in tickets:
            ticket.done.set_result(None)

    def _left_behind(self) -> list[str]:
        """Authorities with a line that stands though its envelope bears the first."""
        with self._platform.database.transaction() as session:
            return sorted({row.authority_id for row in session.execute(credit_line.SERVABLE)})

    def _serve(self, authority_id: str, members: set[UUID]) -> None:
        context = CallContext(authority_id, self._platform.service)
        if members:
            CREDIT_GROUP_SIZE.observe(len(members))

        def act(session: Session) -> None:
            work = self._platform.work(session, context)
            if members:
                envelopes = {due.envelope_id for due in credit_line.of_memberships(work, members)}
            else:
                envelopes = set(credit_line.servable(work))
            if envelopes:
                crediting.serve_line(work, self._rules, envelopes, members)

        self._platform.database.run(act)
