"""The relay: takes facts from the outbox to the broker, in order, each at least once.

One relay a service is active: it holds a session advisory lock on a direct connection while another stands by.
It reads unpublished rows by sequence (never "greater than the last one": commits do not come in that order),
publishes outside any transaction, and marks the rows when the broker has confirmed them.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import sqlalchemy.exc

from chassis import broker, events, logs, metrics, ops_http
from chassis.broker import Outgoing
from chassis.clock import machine_now
from chassis.config import Settings
from chassis.errors import Operational
from chassis.ops_http import Readiness
from chassis.tables import ChassisTables

BATCH = 500
_IDLE_S = 0.05
_BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_LOCK_KEY = 0x61746F7574  # "atout"
_log = logs.get(__name__)


def run_process(settings: Settings, tables: ChassisTables) -> int:
    """Relay the service's facts until SIGTERM."""
    process = Relay(settings.service, settings.database_url, settings.broker_url, tables)
    process.stop_on_signals()
    ops_http.serve(settings, Readiness({"connected": lambda: process.connected}))
    process.run()
    return 0


class Relay:
    """One service's relay. `run` returns after `stop`."""

    def __init__(self, service: str, database_url: str, broker_url: str, tables: ChassisTables) -> None:
        self._service = service
        # Each statement is its own transaction: none is open while we publish, and an idle look costs one round trip.
        self._engine = sa.create_engine(
            database_url,
            poolclass=sa.pool.NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 3},
        )
        self._broker_url = broker_url
        self._outbox = tables.outbox
        # Asked twenty times a second: as little as a question can be.
        self._anything = (
            sa.select(sa.literal_column("1", sa.Integer))
            .select_from(tables.outbox)
            .where(tables.outbox.c.published_at.is_(None))
            .limit(1)
        )
        self._stopping = threading.Event()
        self.connected = False

    def stop(self, *_: object) -> None:
        self._stopping.set()

    def stop_on_signals(self) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                with self._engine.connect() as connection:
                    failures = 0
                    self.connected = True  # active or standing by
                    self._relay_while_active(connection)
            except (Operational, sqlalchemy.exc.DBAPIError, *broker.BROKER_ERRORS) as error:
                _log.warning("relay waits", reason=str(error)[:200])
                self._stopping.wait(_BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)])
                failures += 1
                self.connected = False

    def _relay_while_active(self, connection: sa.Connection) -> None:
        if not self._take_lock(connection):
            self._stopping.wait(0.5)
            return
        self._measure(self._waiting(connection))  # now: the broker may be away
        with broker.connect(self._broker_url) as amqp_connection, metrics.RELAY_ACTIVE.track_inprogress():
            publisher = broker.Publisher(amqp_connection, broker.exchange_name(self._service))
            while not self._stopping.is_set():
                if not self._relay_batch(connection, publisher):
                    self._stopping.wait(_IDLE_S)

    def _take_lock(self, connection: sa.Connection) -> bool:
        return bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(_LOCK_KEY))).scalar_one())

    def _relay_batch(self, connection: sa.Connection, publisher: broker.Publisher) -> int:
        if connection.execute(self._anything).first() is None:
            self._measure(())
            return 0
        rows = self._waiting(connection)
        self._measure(rows)
        if rows:
            publisher.publish([outgoing(self._service, row) for row in rows])
            self._mark_published(connection, [row.sequence for row in rows])
        for row in rows:
            metrics.EVENTS_PUBLISHED.labels(row.type).inc()
        return len(rows)

    def _waiting(self, connection: sa.Connection) -> Sequence[Any]:
        return connection.execute(
            sa.select(self._outbox)
            .where(self._outbox.c.published_at.is_(None))
            .order_by(self._outbox.c.sequence)
            .limit(BATCH)
        ).all()

    def _mark_published(self, connection: sa.Connection, sequences: Sequence[int]) -> None:
        outbox = self._outbox
        connection.execute(
            sa.update(outbox)
            .where(outbox.c.sequence == sa.any_(sa.cast(list(sequences), sa.ARRAY(sa.BigInteger))))
            .values(published_at=machine_now())
        )

    def _measure(self, rows: Sequence[Any]) -> None:
        oldest = (machine_now() - rows[0].recorded_at).total_seconds() if rows else 0.0
        metrics.OUTBOX_DEPTH.set(len(rows))
        metrics.OUTBOX_AGE.set(max(0.0, oldest))


def outgoing(service: str, row: Any) -> Outgoing:
    """The message that tells a row of a service's outbox."""
    event = events.Event(
        event_id=row.event_id,
        source=service,
        type=row.type,
        authority_id=row.authority_id,
        subject=row.subject,
        version=row.version,
        recorded_at=row.recorded_at,
        traceparent=row.traceparent,
        data=row.data,
    )
    contract = events.contracts().get(row.type)
    return Outgoing(
        routing_key=row.type,
        body=events.encode(event, row.sequence),
        message_id=str(row.event_id),
        mandatory=bool(contract and contract.subscribers),
    )
