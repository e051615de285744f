"""RabbitMQ: the exchanges and queues of a service, and publishing with confirms. No nameko, no eventlet.

Each service has a topic exchange `atouts.<service>`, one quorum queue `<service>.events` and a queue
`<service>.parked` for what its handlers could not take. A queue holds what a service subscribes to by contract.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import amqp
import kombu
from kombu.exceptions import OperationalError

from chassis import logs
from chassis.errors import Operational
from chassis.events import CONTENT_TYPE, Contract

DELIVERY_LIMIT = 20
_CONFIRM_TIMEOUT_S = 30.0
_log = logs.get(__name__)

BROKER_ERRORS = (OperationalError, amqp.exceptions.AMQPError, OSError, socket.timeout)


def exchange_name(service: str) -> str:
    return f"atouts.{service}"


def queue_name(service: str) -> str:
    return f"{service}.events"


def parked_name(service: str) -> str:
    return f"{service}.parked"


def events_queue(service: str) -> kombu.Queue:
    """The queue of a service as `migrate` declares it; consumers take it as it is."""
    return kombu.Queue(
        queue_name(service),
        durable=True,
        no_declare=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            # Its own exchange, not the default one: that would let its user write to every queue.
            "x-dead-letter-exchange": exchange_name(service),
            "x-dead-letter-routing-key": parked_name(service),
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def connect(url: str) -> kombu.Connection:
    """A connection, open. Raises Operational when the broker is away."""
    connection = kombu.Connection(url, heartbeat=0, connect_timeout=3)
    try:
        connection.connect()
    except BROKER_ERRORS as error:
        raise Operational(f"the broker does not answer: {error}") from error
    return connection


def declare(url: str, service: str, subscriptions: Sequence[Contract], wait_s: float = 60.0) -> None:
    """Declare the service's exchange and queues, and bind what it subscribes to.

    Sources that have not declared their exchange yet are waited for: migrations run side by side.
    Raises Operational when one does not come.
    """
    with connect(url) as connection:
        channel = connection.channel()
        kombu.Exchange(exchange_name(service), "topic", durable=True)(channel).declare()
        kombu.Queue(
            parked_name(service), durable=True, queue_arguments={"x-queue-type": "quorum"}, channel=channel
        ).declare()
        queue = events_queue(service)
        queue.no_declare = False
        queue(channel).queue_declare()
        for own in (queue_name(service), parked_name(service)):
            channel.queue_bind(own, exchange_name(service), routing_key=own)
    deadline = time.monotonic() + wait_s
    for contract in subscriptions:
        _bind(url, service, contract, deadline)


def _bind(url: str, service: str, contract: Contract, deadline: float) -> None:
    while True:
        with connect(url) as connection:
            try:
                connection.channel().queue_bind(
                    queue_name(service), exchange_name(contract.source), routing_key=contract.type
                )
                return
            except amqp.exceptions.NotFound as error:
                if time.monotonic() > deadline:
                    raise Operational(f"{contract.source} has not declared its exchange") from error
        time.sleep(0.2)


def declare_bound(url: str, exchange: str, queue: str, arguments: Mapping[str, Any]) -> None:
    """A topic exchange and one durable queue that receives all of it. Raises Operational."""
    try:
        with connect(url) as connection:
            channel = connection.channel()
            kombu.Exchange(exchange, "topic", durable=True)(channel).declare()
            kombu.Queue(queue, durable=True, queue_arguments=dict(arguments), channel=channel).queue_declare()
            channel.queue_bind(queue, exchange, routing_key="#")
    except BROKER_ERRORS as error:
        raise Operational(f"{queue} was not declared: {error}") from error


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish. `mandatory`: some queue must take it."""

    routing_key: str
    body: bytes
    message_id: str
    mandatory: bool


class Publisher:
    """Publishes batches on one channel, and returns when the broker has taken every message.

    py-amqp's own confirm waits for one message at a time; here a whole batch is on its way at once.
    """

    def __init__(self, connection: kombu.Connection, exchange: str) -> None:
        self._exchange = exchange
        self._channel = connection.connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)
        self._connection = connection
        self._next_tag = 1
        self._waiting: set[int] = set()
        self._refused: list[str] = []

    def publish(self, messages: Sequence[Outgoing]) -> None:
        """Publish all. Raises Operational when any was refused or not confirmed in time: publish all again."""
        self._refused.clear()
        for message in messages:
            self._waiting.add(self._next_tag)
            self._next_tag += 1
            self._channel.basic_publish(
                amqp.Message(
                    message.body,
                    content_type=CONTENT_TYPE,
                    content_encoding="utf-8",
                    delivery_mode=2,
                    message_id=message.message_id,
                ),
                exchange=self._exchange,
                routing_key=message.routing_key,
                mandatory=message.mandatory,
            )
        self._wait_for_confirms()

    def _wait_for_confirms(self) -> None:
        deadline = time.monotonic() + _CONFIRM_TIMEOUT_S
        while self._waiting:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Operational("the broker did not confirm in time")
            self._connection.drain_events(timeout=left)
        if self._refused:
            raise Operational(f"the broker refused {len(self._refused)} messages: {self._refused[0]}")

    def _settle(self, tag: int, multiple: bool) -> None:
        self._waiting = {other for other in self._waiting if other > tag} if multiple else self._waiting - {tag}

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        self._settle(delivery_tag, multiple)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        self._settle(delivery_tag, multiple)
        self._refused.append("rejected by a queue")

    def _on_return(self, reply_code: int, reply_text: str, *_rest: Any) -> None:
        self._refused.append(f"{reply_text} ({reply_code})")


def parked_messages(url: str, service: str) -> Iterator[kombu.Message]:
    """What is parked, oldest first; ack takes a message out, what is neither acked nor rejected stays."""
    with connect(url) as connection:
        queue = kombu.Queue(parked_name(service), channel=connection.channel(), no_declare=True)
        while message := queue.get(accept=[CONTENT_TYPE, "application/json", "text/plain"]):
            yield message


def send_back(url: str, service: str, message: kombu.Message) -> None:
    """Put a parked message into the service's own queue again, confirmed."""
    with connect(url) as connection:
        channel = connection.connection.channel()
        channel.basic_publish_confirm(
            amqp.Message(
                message.body,
                content_type=message.content_type,
                content_encoding=message.content_encoding,
                delivery_mode=2,
                message_id=message.properties.get("message_id"),
            ),
            exchange=exchange_name(service),
            routing_key=queue_name(service),
        )
