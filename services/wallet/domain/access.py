"""Uses of a right without cents: who may use it at this partner now, and which of its period's places a use takes.

A limit of two a week is two places from Monday to Sunday; a use takes the lowest free one and a cancelled use frees
its own. Two uses that stand never share a place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from rulebooks import Benefit, Limit
from services.wallet.domain.card import Card
from services.wallet.domain.debit import RecordUse, Situation, check_accredited, check_taken
from services.wallet.domain.errors import MembershipNotActive, NotEntitled
from services.wallet.domain.rights_errors import (
    AccessUsedUp,
    AccessUsedUpForGood,
    NotAnAccess,
    UseAlreadyCancelled,
)
from services.wallet.domain.suspension import check_not_suspended

ACCESS = "access"
_FROM_THE_SEASONS_START = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """One of the `limit` uses of the period that begins on that day."""

    period_starts_on: date
    number: int
    limit: int


@dataclass(frozen=True, slots=True)
class Use:
    """A recorded use. `place` is None where the right has no limit."""

    use_id: UUID
    person_id: UUID
    membership_id: UUID
    partner_id: UUID
    scheme: str
    season: str
    benefit: str
    category: str
    occurred_at: datetime
    business_day: date
    rulebook_hash: str
    account_id: str
    device: str
    channel: str
    place: Place | None = None
    cancelled_at: datetime | None = None

    def cancelled(self, now: datetime) -> Use:
        """Raises UseAlreadyCancelled."""
        if self.cancelled_at is not None:
            raise UseAlreadyCancelled
        return replace(self, cancelled_at=now)


@dataclass(frozen=True, slots=True)
class Entitled:
    """The holder's membership, and whether the right was granted with it and waits for nothing."""

    membership_id: UUID
    active: bool
    granted: bool


def period_start(limit: Limit, day: date) -> date:
    """The first day of the period in which a use of that day is counted."""
    return _PERIOD_START[limit.per](day)


def uses_left(limit: Limit, taken: Collection[int]) -> int:
    return max(0, limit.count - len(taken))


def check_recordable(order: RecordUse, situation: Situation, entitled: Entitled | None) -> tuple[Benefit, Card, str]:
    """What is so before the limit is looked at: the benefit, the card after its code burnt, the channel.

    Raises the refusals of a debit, NotAnAccess, MembershipNotActive, NotEntitled, those of a suspension.
    """
    benefit, card, channel = check_taken(order, situation)
    if benefit.kind != ACCESS:
        raise NotAnAccess
    if entitled is None or not entitled.active:
        raise MembershipNotActive
    if not entitled.granted:
        raise NotEntitled
    check_not_suspended(situation.bars, benefit.id, situation.day)
    check_accredited(benefit.category, situation.accredited)
    return benefit, card, channel


def free_place(limit: Limit, day: date, taken: Collection[int]) -> Place:
    """The lowest place that no standing use of the period has. Raises AccessUsedUp, AccessUsedUpForGood."""
    start = period_start(limit, day)
    free = next((number for number in range(1, limit.count + 1) if number not in taken), None)
    if free is None:
        if limit.per not in _PERIOD_LATER:
            raise AccessUsedUpForGood
        raise AccessUsedUp(_PERIOD_LATER[limit.per](start))
    return Place(start, free, limit.count)


_PERIOD_START: Mapping[str, Callable[[date], date]] = MappingProxyType(
    {
        "day": lambda day: day,
        "week": lambda day: day - timedelta(days=day.weekday()),
        "month": lambda day: day.replace(day=1),
        "season": lambda _: _FROM_THE_SEASONS_START,
    }
)
# The first day of the period after it; a season has none.
_PERIOD_LATER: Mapping[str, Callable[[date], date]] = MappingProxyType(
    {
        "day": lambda start: start + timedelta(days=1),
        "week": lambda start: start + timedelta(days=7),
        "month": lambda start: (start + timedelta(days=31)).replace(day=1),
    }
)
