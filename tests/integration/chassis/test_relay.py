"""Facts reach the broker: all of them, in order for each aggregate, none before its commit."""

from __future__ import annotations

import os
import threading
import uuid
from collections import defaultdict
from collections.abc import Iterator

import kombu
import pytest
import sqlalchemy as sa

from chassis import broker, events
from chassis.broker import Outgoing
from chassis.database import Database
from chassis.errors import Operational
from chassis.relay import Relay
from chassis.tables import ChassisTables
from chassis.work import outbox_row


@pytest.fixture
def service() -> str:
    return f"probe{uuid.uuid4().hex[:8]}"


@pytest.fixture
def broker_url() -> str:
    return os.environ["BROKER_URL"]


@pytest.fixture
def queue(service: str, broker_url: str) -> Iterator[kombu.Queue]:
    """A queue that takes everything the made-up service publishes."""
    broker.declare(broker_url, service, ())
    with broker.connect(broker_url) as connection:
        channel = connection.channel()
        channel.queue_bind(broker.queue_name(service), broker.exchange_name(service), routing_key="#")
        yield broker.events_queue(service)(channel)
        channel.queue_delete(broker.queue_name(service))
        channel.queue_delete(broker.parked_name(service))
        channel.exchange_delete(broker.exchange_name(service))


@pytest.fixture
def relay(service: str, broker_url: str, database: Database, probe_tables: ChassisTables) -> Iterator[Relay]:
    running = Relay(service, os.environ["PAYOUT_DATABASE_URL"], broker_url, probe_tables)
    thread = threading.Thread(target=running.run)
    thread.start()
    yield running
    running.stop()
    thread.join()


def write(database: Database, tables: ChassisTables, service: str, aggregate: int, versions: range) -> None:
    for version in versions:
        row = outbox_row(service, "normandie", "happened", str(aggregate), version, {"n": version})
        with database.transaction() as session:
            session.execute(sa.insert(tables.outbox), row)


def take(queue: kombu.Queue, count: int) -> list[tuple[str, int]]:
    """The next `count` messages' subjects and versions, in order of arrival."""
    taken: list[tuple[str, int]] = []
    while len(taken) < count:
        message = queue.get(accept=[events.CONTENT_TYPE])
        if message is None:
            threading.Event().wait(0.01)
            continue
        envelope = events.json.loads(message.body)
        taken.append((envelope["subject"], envelope["aggregateversion"]))
        message.ack()
    return taken


def test_facts_of_concurrent_writers_arrive_once_each_and_in_order_for_each_aggregate(
    database: Database, probe_tables: ChassisTables, service: str, queue: kombu.Queue, relay: Relay
) -> None:
    writers = [
        threading.Thread(target=write, args=(database, probe_tables, service, aggregate, range(1, 51)))
        for aggregate in range(4)
    ]
    for writer in writers:
        writer.start()
    arrived = take(queue, 200)
    for writer in writers:
        writer.join()
    by_aggregate = defaultdict(list)
    for subject, version in arrived:
        by_aggregate[subject].append(version)
    assert by_aggregate == {str(aggregate): list(range(1, 51)) for aggregate in range(4)}
    assert queue.get() is None


def test_a_fact_committed_after_a_later_one_is_not_forgotten(
    database: Database, probe_tables: ChassisTables, service: str, queue: kombu.Queue, relay: Relay
) -> None:
    with database.transaction() as slow:
        slow.execute(sa.insert(probe_tables.outbox), outbox_row(service, "normandie", "happened", "slow", 1, {}))
        write(database, probe_tables, service, 7, range(1, 2))
        assert take(queue, 1) == [("7", 1)]
    assert take(queue, 1) == [("slow", 1)]


def test_a_message_that_no_queue_takes_is_not_called_published(
    service: str, broker_url: str, queue: kombu.Queue
) -> None:
    with broker.connect(broker_url) as connection:
        channel = connection.channel()
        channel.queue_unbind(broker.queue_name(service), broker.exchange_name(service), routing_key="#")
        publisher = broker.Publisher(connection, broker.exchange_name(service))
        with pytest.raises(Operational, match="NO_ROUTE"):
            publisher.publish([Outgoing("nobody.listens", b"{}", "m-1", mandatory=True)])
        publisher.publish([Outgoing("nobody.listens", b"{}", "m-2", mandatory=False)])
