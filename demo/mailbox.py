"""The mails that arrived, as the mail sandbox shows them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import httpx

from demo.client import Json
from demo.waiting import until

_ANSWERS_WITHIN_S = 60.0


@dataclass(frozen=True)
class Mail:
    """`kind` is read from the subject."""

    message_id: str
    to: str
    subject: str
    text: str
    kind: str


KINDS = {
    "account_opened": "Votre compte est ouvert",
    "card_accepted": "Ta pièce d’identité est acceptée",
    "card_refused": "Ta pièce d’identité n’est pas acceptée",
    "wallet_credited": "Tes avantages sont disponibles",
    "payment_made": "Paiement de ",
    "place_won": "Tu as une place",
    "payout_sent": "Virement de ",
    "staff_invited": "Votre invitation",
}
"""How its subject begins, by kind of mail."""
OTHER = "other"
_GATHERED = "wallet_credited"
# An invitation that was accepted before its mail was written has none: whether it came depends on who was quicker.
_NEED_NOT_COME = "staff_invited"


@dataclass(frozen=True)
class Mailbox:
    """`page_url` is the address of the sandbox's page."""

    page_url: str

    def mails(self) -> list[Mail]:
        """Everything that arrived, as often as it did."""
        return [_mail(shown) for shown in until(self._messages, "the mail sandbox", within_s=_ANSWERS_WITHIN_S)]

    def _messages(self) -> list[Json] | None:
        """None while the sandbox does not answer: it is killed too."""
        try:
            answer = httpx.get(f"{self.page_url}/messages", timeout=20)
        except httpx.TransportError:
            return None
        messages: list[Json] | None = answer.json() if answer.is_success else None
        return messages


def _mail(shown: Json) -> Mail:
    subject = str(shown["subject"])
    return Mail(str(shown["message_id"]), str(shown["to"]), subject, str(shown["text"]), kind_of(subject))


def kind_of(subject: str) -> str:
    """The kind of mail that has this subject, or `other`."""
    return next((kind for kind, beginning in KINDS.items() if subject.startswith(beginning)), OTHER)


def counted_once(mails: list[Mail]) -> Counter[str]:
    """Mails by kind; one that came twice under the same Message-ID counts once.

    Credits of one membership are gathered in one mail, in two when they came too far apart: they count once.
    Invitations of staff are left out.
    """
    return Counter({_matter(mail): mail.kind for mail in mails if mail.kind != _NEED_NOT_COME}.values())


def _matter(mail: Mail) -> tuple[str, ...]:
    return (mail.to, mail.subject) if mail.kind == _GATHERED else (mail.message_id,)


def repeats(mails: list[Mail]) -> int:
    """How many came again under a Message-ID that had come before."""
    return len(mails) - len({mail.message_id for mail in mails})


def contradictions(mails: list[Mail]) -> list[str]:
    """Message-IDs under which two different mails came."""
    contents: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for mail in mails:
        contents[mail.message_id].add((mail.to, mail.subject, mail.text))
    return sorted(message_id for message_id, different in contents.items() if len(different) > 1)
