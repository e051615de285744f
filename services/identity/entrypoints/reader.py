"""The card reader's process: takes checks from the line, reads each outside any transaction, rules on it.

Several may run; a check is leased to one at a time, and goes to another when its reader dies. OCR libraries are
loaded here and nowhere else.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from chassis import logs, ops_http, trace
from chassis.clock import machine_now, paris_day
from chassis.config import Settings
from chassis.context import CallContext
from chassis.ops_http import Readiness
from chassis.outages import is_operational
from chassis.work import Work
from services.identity import bootstrap, metrics
from services.identity.adapters.card_reader import CardReader
from services.identity.adapters.card_reader.certificates import signers_in
from services.identity.adapters.card_reader.seals import SealReader
from services.identity.application.card_reading import conclude_reading, leased_sides
from services.identity.application.ports import Reader
from services.identity.bootstrap import Parts
from services.identity.domain.card_checks import Lease
from services.identity.domain.documents import Reading
from services.identity.store.reading_line import ANY_PENDING, count_waiting, lease_next

T = TypeVar("T")
_IDLE_S = 0.25
_OUTAGE_S = 1.0
_log = logs.get(__name__)


class CardReading:
    """Plays the line of waiting checks, one at a time."""

    def __init__(self, parts: Parts, reader: Reader) -> None:
        self._parts = parts
        self._reader = reader

    def read_next(self) -> bool:
        """Read one waiting check; False when none waits."""
        if not self._parts.platform.database.has_any(ANY_PENDING):
            metrics.CARDS_WAITING.set(0)
            return False
        lease = self._parts.platform.database.run(self._lease)
        if lease is None:
            return False
        trace.start()
        sides = self._in_transaction(lease, lambda work: leased_sides(work, self._parts.cards, lease))
        if sides:
            self._conclude(lease, *self._read(sides))
        return True

    def _lease(self, session: Session) -> Lease | None:
        metrics.CARDS_WAITING.set(count_waiting(session))
        return lease_next(session, machine_now(), self._parts.settings.reader_lease)

    def _read(self, sides: Sequence[bytes]) -> tuple[Reading, float]:
        """The reading, and the seconds of machine time that it took."""
        started = time.perf_counter()
        reading = self._reader.read(sides, paris_day(self._parts.platform.clock.now()))
        seconds = time.perf_counter() - started
        metrics.CARD_SECONDS.observe(seconds)
        return reading, seconds

    def _conclude(self, lease: Lease, reading: Reading, seconds: float) -> None:
        check = self._in_transaction(
            lease, lambda work: conclude_reading(work, self._parts.cards, lease, reading, seconds)
        )
        outcome = check.state.value if check else "lease_lost"
        metrics.CARDS_READ.labels(outcome).inc()
        _log.info("card read", check_id=lease.check_id, outcome=outcome)

    def _in_transaction(self, lease: Lease, act: Callable[[Work], T]) -> T:
        platform = self._parts.platform
        context = CallContext(lease.authority_id, platform.service)
        return platform.database.run(lambda session: act(platform.work(session, context)))


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    """Read until SIGTERM; the card under way is finished first."""
    parts = bootstrap.build(settings)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    ops_http.serve(settings, Readiness({"database": parts.platform.database.is_ready}))
    seals = SealReader(signers_in(parts.settings.seal_certificates))
    _read_until(stopping, CardReading(parts, CardReader(seals=seals)))
    parts.platform.database.close()
    return 0


def _read_until(stopping: threading.Event, reading: CardReading) -> None:
    while not stopping.is_set():
        try:
            if not reading.read_next():
                stopping.wait(_IDLE_S)
        except Exception as error:
            if not is_operational(error):
                raise  # the supervisor starts another; the lease gives the check to it, three times at most
            _log.warning("reader waits", reason=str(error)[:200])
            stopping.wait(_OUTAGE_S)
