"""Gathers concurrent debits: those that arrive while a commit is under way go together in the next.

One exception to "one request, one transaction, committed at the door": the commit is here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa
import sqlalchemy.exc

from chassis import logs
from chassis.database import Database
from chassis.errors import Operational, Overloaded
from chassis.outages import is_operational
from services.wallet.application.debit_group import DebitAnswer, DebitGroup
from services.wallet.application.waiting_line import WaitingLine
from services.wallet.domain.debit import DebitWallet
from services.wallet.metrics import GROUP_SIZE, GROUPS_SPLIT

GROUP_LIMIT = 64
WRITERS = 2  # one writes; the other where that one is held up or a whole group waits
# How many debits one replica holds, waiting or under way: a group with each writer, and a few that are just being
# answered. More would wait for the next, and everybody behind them: past this, a till is told at once, and those that
# were taken stay quick.
HELD_LIMIT = WRITERS * GROUP_LIMIT + 8
_KEY_RIVALS = 3
# Every look-up of a group is by a unique key. Statistics of a table that was empty this morning say "scan it", and a
# plan made then would be kept all day; one plan for all group sizes also saves planning a dozen statements a group.
_PLANS = (
    "SET plan_cache_mode = force_generic_plan",
    "SET enable_seqscan = off",
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
    "SET jit = off",
)
_log = logs.get(__name__)


Told = Callable[[DebitAnswer | Exception], None]
_NOT_BEGUN = Operational("the debit was not begun in time")


@dataclass(frozen=True, slots=True)
class _Ticket:
    order: DebitWallet
    give_up_at: float
    told: Told

    def is_late(self, now: float) -> bool:
        """Nobody waits for the answer any more; `now` is of the monotonic clock."""
        return now >= self.give_up_at

    def tell(self, answer: DebitAnswer | Exception) -> None:
        try:
            self.told(answer)
        except Exception as error:  # noqa: BLE001 - one caller's answer; the writer goes on with the others'
            _log.error("answer not given", exc_info=error)


class DebitQueue:
    """Takes debits from any thread, and has writers that run them in groups and answer them."""

    def __init__(self, database: Database, group: DebitGroup) -> None:
        self._database = database
        self._group = group
        self._line: WaitingLine[_Ticket] = WaitingLine(GROUP_LIMIT, HELD_LIMIT)
        self._held = 0
        self._held_lock = threading.Lock()
        self._writers = [
            threading.Thread(target=self._write, name=f"debits-{number}", daemon=True) for number in range(WRITERS)
        ]

    def start(self) -> None:
        for writer in self._writers:
            writer.start()

    def stop(self) -> None:
        """Answer what waits, then end; nothing may be submitted any more."""
        self._line.close()
        for writer in self._writers:
            writer.join()

    @property
    def waiting(self) -> int:
        """How many wait for their group."""
        return len(self._line)

    def submit(self, order: DebitWallet, timeout_s: float, told: Told) -> None:
        """Have `told` called once, by a writer, with the order's answer or with what kept it from one.

        An order that no writer took within `timeout_s` is told Operational and was not begun. Raises Overloaded
        past capacity.
        """

        def release(answer: DebitAnswer | Exception) -> None:
            with self._held_lock:
                self._held -= 1
            told(answer)

        with self._held_lock:
            self.check_room()
            self._held += 1
        if not self._line.join(_Ticket(order, time.monotonic() + timeout_s, release)):
            with self._held_lock:
                self._held -= 1
            raise Overloaded  # nobody would ever answer it

    def arriving(self) -> AbstractContextManager[None]:
        """While orders of one message are submitted, so that they go in one group."""
        return self._line.arriving()

    def check_room(self) -> None:
        """Raises Overloaded past capacity: for doors, before they spend anything on a request."""
        if self._held >= HELD_LIMIT:
            raise Overloaded

    def _write(self) -> None:
        writer = _Writer(self._database, self._group)
        more = True
        while more:
            with self._line.group() as tickets:
                writer.run(tickets)
                more = bool(tickets)
        writer.close()


class _Writer:
    """Runs groups on one connection, which it keeps as long as it works."""

    def __init__(self, database: Database, group: DebitGroup) -> None:
        self._database = database
        self._group = group
        self._connection: sa.Connection | None = None

    def run(self, tickets: Sequence[_Ticket]) -> None:
        """Answer every ticket. One that fails never fails its neighbours."""
        now = time.monotonic()
        for late in [ticket for ticket in tickets if ticket.is_late(now)]:
            late.tell(_NOT_BEGUN)
        alive = [ticket for ticket in tickets if not ticket.is_late(now)]
        if not alive:
            return
        GROUP_SIZE.observe(len(alive))
        try:
            answers = self._commit(alive)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is one order's, and answered to that one
            self._run_one_by_one(alive, error)
            return
        for ticket, answer in zip(alive, answers, strict=True):
            ticket.tell(answer)

    def close(self) -> None:
        self._drop_connection()

    def _run_one_by_one(self, tickets: Sequence[_Ticket], error: Exception) -> None:
        """After a failure the outcome may be unknown (a connection lost at commit): each run looks its key up
        before anything else, and a rival that still commits is waited for by the key's own unique row."""
        GROUPS_SPLIT.inc()
        _log.warning("debit group split", size=len(tickets), reason=str(error)[:200])
        away: Exception | None = None
        for ticket in tickets:
            try:
                if away:
                    raise away
                if ticket.is_late(time.monotonic()):
                    raise _NOT_BEGUN
                ticket.tell(self._run_alone(ticket))
            except Exception as failure:  # noqa: BLE001 - the answer of this ticket
                # With the database away, the rest is answered at once and not after a time-out each.
                away = failure if isinstance(failure, sqlalchemy.exc.DBAPIError) and _is_away(failure) else None
                ticket.tell(failure)

    def _run_alone(self, ticket: _Ticket) -> DebitAnswer:
        for attempt in range(_KEY_RIVALS):
            try:
                return self._commit([ticket])[0]
            except sqlalchemy.exc.IntegrityError:
                # A rival with this key committed in between: its answer is there now.
                if attempt + 1 == _KEY_RIVALS:
                    raise
        raise AssertionError("unreachable")

    def _commit(self, tickets: Sequence[_Ticket]) -> list[DebitAnswer]:
        try:
            connection = self._connected()
            with connection.begin():
                return self._group.run(connection, [ticket.order for ticket in tickets])
        except Exception as error:
            if _is_away(error):
                self._drop_connection()
            raise

    def _connected(self) -> sa.Connection:
        if self._connection is None:
            self._connection = self._database.engine.connect()
            with self._connection.begin():
                for setting in _PLANS:
                    self._connection.exec_driver_sql(setting)
        return self._connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                connection.invalidate()  # its plans are not for others
                connection.close()
            except sqlalchemy.exc.SQLAlchemyError as error:
                _log.warning("connection not closed", reason=str(error)[:200])


def _is_away(error: Exception) -> bool:
    """The database itself is away, which the next order would meet too; a deadlock or a time-out is not."""
    if not isinstance(error, sqlalchemy.exc.DBAPIError):
        return is_operational(error)
    if error.connection_invalidated:
        return True
    return isinstance(error, sqlalchemy.exc.OperationalError) and getattr(error.orig, "sqlstate", None) is None
