"""What the use cases ask of the world, each answered by one adapter. All raise Operational when it is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rulebooks.model import Authority
from services.notification.domain.deliveries import Template
from services.notification.domain.memberships import OutwardEvent


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person is written to; known while a mail is written, kept nowhere."""

    account_id: str
    email: str
    given_name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A bon plan as everybody may see it."""

    title: str
    prize: str


@dataclass(frozen=True, slots=True)
class MailText:
    """What a mail says: one line, plain text, HTML with its styles inlined."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready for the server. `written_at` (machine time) is the same at each attempt, as the Message-ID."""

    message_id: str
    written_at: datetime
    sender_name: str
    sender_address: str
    recipient: str
    says: MailText


class ValueMissing(Exception):
    """A template's value is not there: the mail cannot be written, and nobody gets half of one."""


class MailRefused(Exception):
    """The server will not take this mail. `for_good`: not later either; `code` is its answer's number."""

    def __init__(self, code: int, *, for_good: bool) -> None:
        super().__init__(f"smtp_{code}")
        self.code = code
        self.for_good = for_good


class Contacts(Protocol):
    """Identity: who is behind an account."""

    def look_up(self, account_ids: Sequence[str]) -> Mapping[str, Contact]:
        """Accounts that can be written to, by id."""


class Partners(Protocol):
    """Partner: who is behind a partner."""

    def names(self, partner_ids: Sequence[str]) -> Mapping[str, str]:
        """Public names, by id."""

    def accounts_of(self, partner_id: str) -> Sequence[str]:
        """Accounts of its principal delegates."""


class Offers(Protocol):
    """Bonplan: what was won."""

    def find(self, offer_id: str) -> Offer | None: ...


class MailTexts(Protocol):
    """The templates."""

    def write(self, template: Template, authority: Authority, values: Mapping[str, Any]) -> MailText:
        """Raises ValueMissing."""


class MailServer(Protocol):
    """The SMTP server."""

    def send(self, mail: Mail) -> None:
        """Returns once the server has taken it. Raises MailRefused, Operational."""


class LiveChannel(Protocol):
    """Where open pages listen."""

    def tell(self, authority_id: str, account_id: str, fact: str, subject: str) -> None:
        """Best effort: never raises for an absence, counts it."""


class SubscriberQueues(Protocol):
    """The queues that other authorities read."""

    def publish(self, authority_id: str, subscriber_id: str, events: Sequence[OutwardEvent]) -> None:
        """Returns when the broker has taken every event."""
