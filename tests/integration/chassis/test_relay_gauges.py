"""A relay says whether it publishes, and how old the oldest fact is, also while the broker is away."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from chassis import broker
from chassis.database import Database
from chassis.relay import Relay
from chassis.tables import ChassisTables
from chassis.work import outbox_row

_WITHIN_S = 20.0


@pytest.fixture
def service() -> Iterator[str]:
    name, url = f"probe{uuid.uuid4().hex[:8]}", os.environ["BROKER_URL"]
    broker.declare(url, name, ())
    yield name
    with broker.connect(url) as connection:
        channel = connection.channel()
        channel.queue_delete(broker.queue_name(name))
        channel.queue_delete(broker.parked_name(name))
        channel.exchange_delete(broker.exchange_name(name))


@contextmanager
def relaying(service: str, broker_url: str, tables: ChassisTables) -> Iterator[None]:
    relay = Relay(service, os.environ["PAYOUT_DATABASE_URL"], broker_url, tables)
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        yield
    finally:
        relay.stop()
        thread.join()


def write(database: Database, tables: ChassisTables, service: str, fact: str) -> None:
    with database.transaction() as session:
        session.execute(sa.insert(tables.outbox), outbox_row(service, "normandie", fact, "1", 1, {}))


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def wait_until(held: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while not held():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


def test_a_relay_that_publishes_says_so_and_counts(
    database: Database, probe_tables: ChassisTables, service: str
) -> None:
    """Active while it runs, inactive when it has stopped; each confirmed fact counts once under its type."""
    fact = f"happened-{uuid.uuid4().hex[:8]}"
    write(database, probe_tables, service, fact)
    counted = f"fr.atouts.{service}.{fact}.v1"
    with relaying(service, os.environ["BROKER_URL"], probe_tables):
        wait_until(lambda: sample("atouts_events_published_total", type=counted) == 1)
        assert sample("atouts_relay_active") == 1
    assert sample("atouts_relay_active") == 0


def test_facts_grow_old_while_the_broker_is_away(database: Database, probe_tables: ChassisTables, service: str) -> None:
    """An outage of the broker shows in the outbox's age; a relay that reaches no broker is not active."""
    write(database, probe_tables, service, "happened")
    with relaying(service, "amqp://nobody:nothing@127.0.0.1:1/atouts", probe_tables):
        wait_until(lambda: sample("atouts_outbox_age_seconds") > 0)
        assert sample("atouts_outbox_depth") == 1
        assert sample("atouts_relay_active") == 0
