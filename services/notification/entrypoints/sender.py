"""The process that lets things out: mails to the SMTP server, membership events to subscribers' queues.

Several may run: mails are claimed under leases, and membership events are published by the one that holds a lock.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from chassis import logs, ops_http
from chassis.config import Settings
from chassis.ops_http import Readiness
from chassis.outages import is_operational
from services.notification import bootstrap, metrics
from services.notification.application.publishing import Publishing
from services.notification.application.sending import Means, send_due
from services.notification.store.deliveries import ANY_WAITING, count_waiting

_IDLE_S = 0.3
_BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
_LOCK_KEY = 0x6F757477  # "outw"
_log = logs.get(__name__)


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    means, publishing = bootstrap.build_sender(settings)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    ops_http.serve(settings, Readiness({"database": means.platform.database.is_ready}))
    publisher = threading.Thread(
        target=_repeat, args=("outward", _with_lock(publishing, stopping), stopping), name="outward", daemon=True
    )
    publisher.start()
    _log.info("sending")
    _repeat("mails", lambda: _send(means, stopping), stopping)
    publisher.join(10.0)
    means.platform.database.close()
    return 0


def _repeat(what: str, act: Callable[[], int], stopping: threading.Event) -> None:
    """`act` again and again, at once while there is work, after a rest that grows while something is away."""
    failures = 0
    while not stopping.is_set():
        try:
            rest_s = 0.0 if act() else _IDLE_S
            failures = 0
        except Exception as error:  # noqa: BLE001 - nothing ends the process: it says so and tries again
            rest_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
            failures += 1
            if is_operational(error):
                _log.warning(f"{what} wait", reason=str(error)[:200], delay_s=rest_s)
            else:
                _log.error(f"{what} failed", delay_s=rest_s, exc_info=error)
        stopping.wait(rest_s)


def _send(means: Means, stopping: threading.Event) -> int:
    if not means.platform.database.has_any(ANY_WAITING):
        metrics.MAILS_WAITING.set(0)
        return 0
    with means.platform.database.transaction() as session:
        metrics.MAILS_WAITING.set(count_waiting(session))
    return send_due(means, stopping.is_set)


def _with_lock(publishing: Publishing, stopping: threading.Event) -> Callable[[], int]:
    """Publish while this process holds the lock: two at once would put a person's events out of order."""

    def act() -> int:
        with publishing.database.engine.connect() as connection:
            held = connection.execute(sa.select(sa.func.pg_try_advisory_lock(_LOCK_KEY))).scalar_one()
            connection.commit()
            try:
                return _while_held(connection) if held else 0
            finally:
                if held:
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK_KEY)))
                    connection.commit()

    def _while_held(connection: sa.Connection) -> int:
        while not stopping.is_set():
            connection.execute(sa.text("SELECT 1"))  # the lock is gone with its connection
            connection.commit()
            if not publishing.publish_due():
                stopping.wait(_IDLE_S)
        return 0

    return act
