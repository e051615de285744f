"""What an operator is woken for is measured, not guessed: late work, parked events."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import amqp
import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from chassis import broker
from chassis.clock import FixedClock
from chassis.context import CallContext
from chassis.database import Database
from chassis.errors import Operational
from chassis.tables import ChassisTables
from chassis.watch import Watch, parked_count
from chassis.work import Work

NOON = datetime(2025, 9, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[str]:
    """A made-up service with its queues; gone after the test."""
    name, url = f"probe{uuid.uuid4().hex[:8]}", os.environ["BROKER_URL"]
    broker.declare(url, name, ())
    yield name
    with broker.connect(url) as connection:
        channel = connection.channel()
        channel.queue_delete(broker.queue_name(name))
        channel.queue_delete(broker.parked_name(name))
        channel.exchange_delete(broker.exchange_name(name))


def schedule(database: Database, tables: ChassisTables, kind: str, due_at: datetime) -> None:
    with database.transaction() as session:
        work = Work(session, CallContext("normandie", "payout"), NOON, "payout", tables)
        work.schedule(kind, due_at.isoformat(), due_at, {})


def gauge(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def test_the_oldest_due_job_of_a_kind_says_how_late_it_is(
    database: Database, probe_tables: ChassisTables, service: str
) -> None:
    """What is not due yet counts for nothing, and a kind that has caught up shows no more."""
    schedule(database, probe_tables, "run", NOON - timedelta(hours=2))
    schedule(database, probe_tables, "run", NOON - timedelta(hours=1))
    schedule(database, probe_tables, "close", NOON + timedelta(seconds=1))
    watch = Watch(service, database, probe_tables, FixedClock(NOON), os.environ["BROKER_URL"])
    watch.measure()
    assert gauge("atouts_jobs_late_seconds", kind="run") == 7200
    assert gauge("atouts_jobs_late_seconds", kind="close") is None
    with database.transaction() as session:
        session.execute(sa.update(probe_tables.jobs).values(done_at=NOON))
    watch.measure()
    assert gauge("atouts_jobs_late_seconds", kind="run") is None


def test_parked_events_are_counted_where_they_wait(
    database: Database, probe_tables: ChassisTables, service: str
) -> None:
    """The number is the broker's own: what was parked and not yet replayed or dropped."""
    url = os.environ["BROKER_URL"]
    watch = Watch(service, database, probe_tables, FixedClock(NOON), url)
    watch.measure()
    assert gauge("atouts_events_parked") == 0
    with broker.connect(url) as connection:
        channel = connection.connection.channel()
        for _ in range(3):
            channel.basic_publish_confirm(
                amqp.Message(b"{}"),
                exchange=broker.exchange_name(service),
                routing_key=broker.parked_name(service),
            )
    watch.measure()
    assert gauge("atouts_events_parked") == 3


def test_a_queue_that_cannot_be_asked_is_an_outage() -> None:
    """The worker then says so and asks again later: a gauge never ends a process."""
    with pytest.raises(Operational):
        parked_count(os.environ["BROKER_URL"], "no-such-service")
