"""The queues that other authorities read: each in a virtual host of its own, published to with confirms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from chassis import broker
from chassis.broker import Outgoing
from chassis.errors import Operational
from services.notification.domain.memberships import OutwardEvent

EXCHANGE = QUEUE = "memberships"
# What a subscriber leaves unread; past it the broker takes no more, and events wait here.
_LONGEST_QUEUE = 1_000_000
# Redeliveries until the broker drops an event: a subscriber that fails on it again and again still has it.
_MOST_DELIVERIES = 1_000_000


def virtual_host(authority_id: str, subscriber_id: str) -> str:
    return f"subscriber.{authority_id}.{subscriber_id}"


def url_in(broker_url: str, virtual_host_name: str) -> str:
    """The same broker and user, in another virtual host."""
    return urlsplit(broker_url)._replace(path=f"/{quote(virtual_host_name, safe='')}").geturl()


class BrokerQueues:
    """One connection a subscriber, kept while it works. `broker_url` is this service's own, in any virtual host."""

    def __init__(self, broker_url: str) -> None:
        self._broker_url = broker_url
        self._publishers: dict[str, broker.Publisher] = {}

    def publish(self, authority_id: str, subscriber_id: str, events: Sequence[OutwardEvent]) -> None:
        """Returns when the broker has taken every event. Raises Operational; some may be there then."""
        host = virtual_host(authority_id, subscriber_id)
        try:
            self._publisher(host).publish([_outgoing(event) for event in events])
        except (Operational, *broker.BROKER_ERRORS) as error:
            self._publishers.pop(host, None)
            raise Operational(f"the queue of {subscriber_id} takes nothing: {error}") from error

    def _publisher(self, host: str) -> broker.Publisher:
        if host not in self._publishers:
            connection = broker.connect(url_in(self._broker_url, host))
            self._publishers[host] = broker.Publisher(connection, EXCHANGE)
        return self._publishers[host]


def declare(broker_url: str, authority_id: str, subscriber_id: str) -> None:
    """The subscriber's exchange and queue, as they stay. Raises Operational."""
    url = url_in(broker_url, virtual_host(authority_id, subscriber_id))
    limits = {"x-delivery-limit": _MOST_DELIVERIES, "x-max-length": _LONGEST_QUEUE, "x-overflow": "reject-publish"}
    broker.declare_bound(url, EXCHANGE, QUEUE, {"x-queue-type": "quorum", **limits})


def _outgoing(event: OutwardEvent) -> Outgoing:
    body = json.dumps(event.envelope(), separators=(",", ":"), ensure_ascii=False).encode()
    return Outgoing(event.type, body, event.event_id, mandatory=True)
