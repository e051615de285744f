"""What the use cases ask of the world, each answered by one adapter. All raise Operational when it is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rulebooks.authorities import Authority
from services.notification.domain.deliveries import Template
from services.notification.domain.mail import Contact, Mail, MailLink, MailText, Offer
from services.notification.domain.memberships import OutwardEvent


class Contacts(Protocol):
    """Identity: who is behind an account."""

    def look_up(self, account_ids: Sequence[str]) -> Mapping[str, Contact]:
        """Accounts that can be written to, by id."""


class Links(Protocol):
    """Identity: the links that mails hold."""

    def look_up(self, link_ids: Sequence[str]) -> Mapping[str, MailLink]:
        """Those that are good, by id."""


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
