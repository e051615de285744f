"""What a worker measures beside its work: scheduled work that is late, events that were parked.

Each replica measures the same rows and the same queue: alerts take the greatest, never the sum.
"""

from __future__ import annotations

from datetime import datetime

import kombu
import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis import broker, metrics
from chassis.clock import PlatformClock
from chassis.database import Database
from chassis.errors import Operational
from chassis.tables import ChassisTables


class Watch:
    """Sets the gauges of one service. Raises what its database raises, and Operational when the broker is away."""

    def __init__(
        self, service: str, database: Database, tables: ChassisTables, clock: PlatformClock, broker_url: str
    ) -> None:
        self._service = service
        self._database = database
        self._tables = tables
        self._clock = clock
        self._broker_url = broker_url

    def measure(self) -> None:
        with self._database.transaction() as session:
            late = late_seconds(session, self._tables, self._clock.now())
        metrics.JOBS_LATE.clear()  # a kind that is late no more has no row to say so
        for kind, seconds in late.items():
            metrics.JOBS_LATE.labels(kind).set(seconds)
        metrics.EVENTS_PARKED.set(parked_count(self._broker_url, self._service))


def late_seconds(session: Session, tables: ChassisTables, now: datetime) -> dict[str, float]:
    """Kind of job → for how long its oldest due job has waited, in platform time. Kinds with none are left out."""
    jobs = tables.jobs
    oldest = (
        sa.select(jobs.c.kind, sa.func.min(jobs.c.due_at).label("due_at"))
        .where(jobs.c.done_at.is_(None), jobs.c.due_at <= now)
        .group_by(jobs.c.kind)
    )
    return {row.kind: (now - row.due_at).total_seconds() for row in session.execute(oldest)}


def parked_count(url: str, service: str) -> int:
    """How many events wait for a person. Raises Operational."""
    try:
        with broker.connect(url) as connection:
            queue = kombu.Queue(broker.parked_name(service), channel=connection.channel())
            return int(queue.queue_declare(passive=True).message_count)
    except broker.BROKER_ERRORS as error:
        raise Operational(f"the parked events were not counted: {error}") from error
