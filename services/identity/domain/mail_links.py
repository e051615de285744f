"""Links in mails: what each proves, how long it is good, and what it ends. Every instant here is machine time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.identity.domain.refusals import LinkUnusable

RECOVERIES_AN_HOUR = 3
RECOVERY_COUNTED_FOR = timedelta(hours=1)


class LinkPurpose(StrEnum):
    """What a link does when it is followed."""

    CONFIRM = "confirm"
    RECOVER = "recover"
    CHANGE = "change"
    UNDO = "undo"
    INVITE = "invite"

    @property
    def life(self) -> timedelta:
        """Undoing must outlive a week away from one's mails."""
        return timedelta(days=7) if self in _OF_A_WEEK else timedelta(hours=1)


_OF_A_WEEK = frozenset({LinkPurpose.CONFIRM, LinkPurpose.UNDO, LinkPurpose.INVITE})


@dataclass(frozen=True, slots=True)
class MailLink:
    """Good once. `email`: of a change the new address, of its undoing the old one, else empty: the account's own.

    `ordinal` tells which of two was issued first."""

    link_id: str
    account_id: str
    purpose: LinkPurpose
    expires_at: datetime
    email: str = ""
    is_ended: bool = False
    ordinal: int = 0

    def follow(self, purposes: frozenset[LinkPurpose], at: datetime) -> None:
        """Raises LinkUnusable: ended, over, or made for something else."""
        if self.is_ended or at >= self.expires_at or self.purpose not in purposes:
            raise LinkUnusable
