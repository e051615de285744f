"""Mails as deliveries: what they tell, where they stand, when they are tried again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

# A person's credits of one activation arrive within moments: they are told in one mail.
GATHERING = timedelta(seconds=2)
GIVE_UP_AFTER = timedelta(days=3)
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 600.0


class Template(StrEnum):
    """What a mail is about; each has its texts in `templates/`."""

    ACCOUNT_OPENED = "account_opened"
    CARD_ACCEPTED = "card_accepted"
    CARD_REFUSED = "card_refused"
    WALLET_CREDITED = "wallet_credited"
    PAYMENT_MADE = "payment_made"
    PLACE_WON = "place_won"
    PAYOUT_SENT = "payout_sent"
    CONFIRM_ADDRESS = "confirm_address"
    RECOVER_ACCOUNT = "recover_account"
    CHANGE_ADDRESS = "change_address"
    ADDRESS_CHANGED = "address_changed"
    STAFF_INVITED = "staff_invited"
    CREDENTIALS_CHANGED = "credentials_changed"
    GUARDIAN_ASKED = "guardian_asked"
    GUARDIAN_ANSWERED = "guardian_answered"

    @property
    def is_a_link(self) -> bool:
        """Whether the mail is nothing without its link, and goes where the link says."""
        return self in _LINKS

    @property
    def gathering(self) -> timedelta:
        """How long such a mail waits for more of the same subject."""
        return GATHERING if self is Template.WALLET_CREDITED else timedelta()


_LINKS = frozenset(
    {
        Template.CONFIRM_ADDRESS,
        Template.RECOVER_ACCOUNT,
        Template.CHANGE_ADDRESS,
        Template.ADDRESS_CHANGED,
        Template.STAFF_INVITED,
        Template.GUARDIAN_ASKED,
    }
)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    # Nobody to send to, a link that is over, or refused by the server for good.
    ABANDONED = "abandoned"
    # Could not be written, for want of a value: kept until an operator sends it again.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A mail to be sent. `facts` are ids, codes, amounts and days of the fact; nothing personal.

    `event_id` with template and account makes it unique; `subject` is what deliveries of one matter share.
    """

    event_id: uuid.UUID
    account_id: str
    template: Template
    subject: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it is kept. `recorded_at` is machine time; `attempts` counts those with the server."""

    delivery_id: str
    authority_id: str
    account_id: str
    template: Template
    facts: Mapping[str, Any]
    attempts: int
    recorded_at: datetime

    def message_id(self, host: str) -> str:
        """The same whenever it is sent: a repeat after a crash is recognised."""
        return f"<{self.delivery_id}@{host}>"

    def gives_up(self, now: datetime) -> bool:
        """Whether a mail that only met temporary refusals is tried no more (machine time)."""
        return now - self.recorded_at > GIVE_UP_AFTER


def wait_after(attempts: int) -> timedelta:
    """How long after so many attempts the next one comes: 1 s, doubled each time, 10 minutes at most."""
    return timedelta(seconds=min(_FIRST_WAIT_S * 2 ** max(0, attempts - 1), _LONGEST_WAIT_S))
