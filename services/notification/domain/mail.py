"""A mail, and what is known while it is written and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person is written to; known while a mail is written, kept nowhere."""

    account_id: str
    email: str
    given_name: str


@dataclass(frozen=True, slots=True)
class MailLink:
    """Where a link's mail goes and what the link holds; known while the mail is written, kept nowhere."""

    link_id: str
    email: str
    token: str


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
