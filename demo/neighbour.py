"""The neighbour's own information system: another authority that learns, of persons linked to it, who is a member.

It stands outside: it has the public API with its own secret, and its own broker user that reads one queue.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

import kombu

from demo.client import Caller, Json, Request

_QUEUE = "memberships"
_ACTIVATED, _ENDED = "fr.atouts.membership.activated.v1", "fr.atouts.membership.ended.v1"


@dataclass
class Neighbour:
    """`id` is the subscriber's. `events` are those that were read, by their id: one delivered twice counts once."""

    id: str
    visitor: Caller
    broker_url: str
    secret: str
    events: dict[str, Json] = field(default_factory=dict)

    def link(self, code: str) -> str:
        """Exchange a person's code, once, for the pairwise id by which to know them. Raises Refused."""
        answer = self.visitor.send(self._request("POST", "links", {"code": code})).json
        return str(answer["pairwise_id"])

    def ask(self, pairwise_id: str) -> Json:
        """What it may know of a person linked to it. Raises Refused for anybody else."""
        return self.visitor.send(self._request("GET", f"persons/{pairwise_id}")).json

    def _request(self, method: str, path: str, body: Json | None = None) -> Request:
        return Request(method, f"/v1/subscribers/{self.id}/{path}", body=body, shown={"Subscriber-Secret": self.secret})

    def read(self) -> None:
        """Take everything that waits in its queue."""
        with kombu.Connection(self.broker_url) as connection, connection.channel() as channel:
            while (message := channel.basic_get(_QUEUE)) is not None:
                event = json.loads(message.body)
                self.events[event["id"]] = event
                channel.basic_ack(message.delivery_tag)

    @property
    def activated(self) -> Counter[str]:
        """Activation events by pairwise id."""
        return self._told(_ACTIVATED)

    @property
    def ended(self) -> Counter[str]:
        """Events of memberships that ended, by pairwise id."""
        return self._told(_ENDED)

    def _told(self, kind: str) -> Counter[str]:
        return Counter(str(event["data"]["pairwise_id"]) for event in self.events.values() if event["type"] == kind)
