"""A subscriber's own access to the broker: it reads its events, and nothing else works."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import amqp
import kombu
import pytest
import sqlalchemy as sa

from chassis import broker
from chassis.errors import Operational
from services.notification.adapters import subscriber_queues
from services.notification.adapters.subscriber_queues import BrokerQueues, url_in, virtual_host
from services.notification.application.publishing import Publishing
from services.notification.store.tables import outward
from tests.integration.notification.stage import AUTHORITY, SUBSCRIBER, Stage

_QUEUE = subscriber_queues.QUEUE


@pytest.fixture
def client() -> Iterator[kombu.Connection]:
    """As the subscriber's own program connects; its queue is empty."""
    subscriber_queues.declare(os.environ["NOTIFICATION_BROKER_URL"], AUTHORITY, SUBSCRIBER)
    with broker.connect(os.environ["SUBSCRIBER_NORMANDIE_FLERS_AGGLO_URL"]) as connection:
        read(connection)
        yield connection


def read(client: kombu.Connection) -> list[dict[str, Any]]:
    """Every message in the queue, taken out."""
    channel = client.connection.channel()
    found = []
    while message := channel.basic_get(_QUEUE):
        assert message.properties["content_type"] == "application/cloudevents+json"
        found.append(json.loads(message.body))
        channel.basic_ack(message.delivery_tag)
    channel.close()
    return found


def publishing(stage: Stage) -> Publishing:
    return Publishing(stage.database, BrokerQueues(os.environ["NOTIFICATION_BROKER_URL"]))


def test_a_subscriber_receives_one_event_a_membership_of_those_linked_and_no_other(
    stage: Stage, client: kombu.Connection
) -> None:
    """Under its own id of each person, without any id of ours."""
    linked, stranger = [stage.person() for _ in range(3)], stage.person()
    memberships = [stage.activate(person) for person in (*linked, stranger)]
    pairwise = [stage.link(stage.code(person)) for person in linked]
    out = publishing(stage)
    assert out.publish_due() == 3
    assert out.publish_due() == 0
    events = read(client)
    assert [(event["subject"], event["data"]["state"]) for event in events] == [(each, "active") for each in pairwise]
    stage.end(linked[0], memberships[0])
    stage.end(stranger, memberships[3])
    out.publish_due()
    ended = read(client)
    assert [(event["subject"], event["type"]) for event in ended] == [(pairwise[0], "fr.atouts.membership.ended.v1")]
    told = json.dumps([*events, *ended])
    assert not any(each in told for each in (*linked, stranger, *memberships))


def test_an_event_that_is_published_again_has_the_same_id(stage: Stage, client: kombu.Connection) -> None:
    """A sender that dies before it marks leaves a repeat, which the subscriber recognises."""
    person = stage.person()
    stage.activate(person)
    stage.link(stage.code(person))
    out = publishing(stage)
    out.publish_due()
    with stage.database.transaction() as session:
        session.execute(sa.update(outward).values(published_at=None))
    out.publish_due()
    first, again = read(client)
    assert first == again


def test_the_broker_away_postpones_and_loses_nothing(stage: Stage, client: kombu.Connection) -> None:
    """The subscriber rests for a moment; then its events go out in order."""
    person = stage.person()
    stage.activate(person)
    stage.link(stage.code(person))
    now = [0.0]
    away = Publishing(stage.database, BrokerQueues("amqp://nobody:none@127.0.0.1:1/x"), lambda: now[0])
    assert away.publish_due() == 0
    assert away.publish_due() == 0  # it rests: nothing is tried
    away.queues = BrokerQueues(os.environ["NOTIFICATION_BROKER_URL"])
    now[0] = 1.0
    assert away.publish_due() == 1
    assert len(read(client)) == 1


def test_a_subscriber_s_user_publishes_nothing(client: kombu.Connection) -> None:
    """Neither to its own exchange nor to the default one."""
    for exchange in (subscriber_queues.EXCHANGE, ""):
        channel = client.connection.channel()
        channel.confirm_select()
        with pytest.raises(amqp.exceptions.AccessRefused):
            channel.basic_publish_confirm(amqp.Message("{}"), exchange=exchange, routing_key=_QUEUE)


def test_a_subscriber_s_user_declares_and_deletes_nothing(client: kombu.Connection) -> None:
    """No queue, no exchange, no binding, and its own queue stays."""
    acts: tuple[Callable[[Any], Any], ...] = (
        lambda channel: channel.queue_declare("mine"),
        lambda channel: channel.exchange_declare("mine", "topic"),
        lambda channel: channel.queue_bind(_QUEUE, "amq.topic", "#"),
        lambda channel: channel.queue_delete(_QUEUE),
        lambda channel: channel.queue_purge(f"{_QUEUE}.other"),
    )
    for act in acts:
        with pytest.raises((amqp.exceptions.AccessRefused, amqp.exceptions.NotFound)):
            act(client.connection.channel())


def test_a_subscriber_s_user_does_not_enter_the_internal_virtual_host() -> None:
    """Nobody outside sees the platform's own exchanges."""
    internal = urlsplit(os.environ["BROKER_URL"]).path.strip("/")
    with (
        pytest.raises(Operational),
        broker.connect(url_in(os.environ["SUBSCRIBER_NORMANDIE_FLERS_AGGLO_URL"], internal)),
    ):
        pass


def test_another_service_does_not_enter_a_subscriber_s_virtual_host() -> None:
    """Only notification fills it."""
    host = virtual_host(AUTHORITY, SUBSCRIBER)
    with pytest.raises(Operational), broker.connect(url_in(os.environ["WALLET_BROKER_URL"], host)):
        pass
