"""Memberships as other authorities may know them: scheme, season, active or ended, under a pairwise id."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

# Names events deterministically: an event that is published twice is recognised by its id.
_EVENTS = uuid.UUID("6a2f1c1e-6f0e-5e0b-9a76-2f5c3f6b7d10")


class MembershipState(StrEnum):
    """What a subscriber is told of a membership."""

    ACTIVE = "active"
    ENDED = "ended"

    @property
    def fact(self) -> str:
        """The event's name: what happened for the state to be so."""
        return "activated" if self is MembershipState.ACTIVE else "ended"


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's place in a scheme for a season. The highest `version` is kept."""

    membership_id: str
    person_id: str
    scheme: str
    season: str
    state: MembershipState
    version: int


@dataclass(frozen=True, slots=True)
class Link:
    """A person whom a subscriber knows by a pairwise id, from an instant of platform time on."""

    subscriber_id: str
    person_id: str
    pairwise_id: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class OutwardEvent:
    """What leaves the platform. `outward_id` is our row; nothing of ours goes out with it.

    `occurred_at` is platform time: when the membership became so, or when the link told of it.
    """

    outward_id: int
    authority_id: str
    subscriber_id: str
    pairwise_id: str
    scheme: str
    season: str
    state: MembershipState
    occurred_at: datetime

    @property
    def type(self) -> str:
        return f"fr.atouts.membership.{self.state.fact}.v1"

    @property
    def event_id(self) -> str:
        """Made of what the subscriber sees anyway, and of our row's number: the same at each publication."""
        return str(uuid.uuid5(_EVENTS, f"{self.outward_id}/{self.pairwise_id}/{self.state}"))

    def envelope(self) -> Mapping[str, Any]:
        """CloudEvents 1.0, structured: contracts/outward."""
        return {
            "specversion": "1.0",
            "id": self.event_id,
            "source": f"/atouts/{self.authority_id}",
            "type": self.type,
            "subject": self.pairwise_id,
            "time": self.occurred_at.isoformat(),
            "datacontenttype": "application/json",
            "data": {
                "pairwise_id": self.pairwise_id,
                "scheme": self.scheme,
                "season": self.season,
                "state": self.state.value,
            },
        }
