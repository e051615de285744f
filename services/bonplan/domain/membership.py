"""A person's membership, as the wallet tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MembershipState(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Membership:
    """Of one scheme and season; `version` counts its changes in the wallet."""

    membership_id: str
    person_id: str
    scheme: str
    season: str
    state: MembershipState
    version: int
