"""Links in mails: issuing them, and what following one does. Instants are machine time (docs/decisions/0143)."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.work import Work
from services.identity.application.ports import Accounts, MailLinks, Sessions
from services.identity.domain.accounts import Account
from services.identity.domain.mail_links import LinkPurpose, MailLink
from services.identity.domain.refusals import (
    AccountUnknown,
    EmailConfirmed,
    EmailTaken,
    LinkUnusable,
)

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class LinkParts:
    """What links need."""

    accounts: Accounts
    links: MailLinks
    sessions: Sessions


def new_link(
    work: Work, links: MailLinks, account_id: str, purpose: LinkPurpose, at: datetime, email: str = "", token: str = ""
) -> MailLink:
    """A link that no event tells of yet; some that are long over are swept on the way. A new token unless one is given:
    of what another table keeps."""
    link = MailLink(str(uuid.uuid4()), account_id, purpose, at + purpose.life, email)
    links.forget_old(work, at)
    links.issue(work, link, token or secrets.token_urlsafe(_TOKEN_BYTES), at)
    return link


def send_link(
    work: Work, links: MailLinks, account_id: str, purpose: LinkPurpose, at: datetime, email: str = "", token: str = ""
) -> None:
    """Have a mail written with a new link; the event names it and tells no more."""
    link = new_link(work, links, account_id, purpose, at, email, token)
    data = {"account_id": account_id, "link_id": link.link_id, "purpose": purpose.value}
    work.publish("mail_link_issued", link.link_id, 1, data)


def ask_confirmation(work: Work, parts: LinkParts, at: datetime) -> None:
    """Another link that confirms the caller's address; those before are void. Raises AccountUnknown, EmailConfirmed."""
    account = parts.accounts.lock(work, work.context.account_id)
    if account is None:
        raise AccountUnknown
    if account.is_confirmed:
        raise EmailConfirmed
    parts.links.end_all(work, account.account_id, [LinkPurpose.CONFIRM], at)
    send_link(work, parts.links, account.account_id, LinkPurpose.CONFIRM, at)


def follow(work: Work, parts: LinkParts, token: str, at: datetime) -> LinkPurpose:
    """Do what the link is for. Raises LinkUnusable; EmailTaken where the address has another account by now."""
    account, link = usable(work, parts, token, frozenset(_FOLLOWED), at)
    parts.links.end(work, link, at)
    _FOLLOWED[link.purpose](work, parts, account, link, at)
    work.audit(f"link_followed_{link.purpose}", account.account_id)
    return link.purpose


def usable(
    work: Work, parts: LinkParts, token: str, purposes: frozenset[LinkPurpose], at: datetime
) -> tuple[Account, MailLink]:
    """Both locked, the account first: what else touches its links waits. Raises LinkUnusable."""
    found = parts.links.find(work, token)
    account = parts.accounts.lock(work, found.account_id) if found else None
    link = parts.links.lock(work, token)
    if account is None or link is None:
        raise LinkUnusable
    link.follow(purposes, at)
    return account, link


def open_links(work: Work, links: MailLinks, link_ids: Sequence[str], at: datetime) -> list[tuple[MailLink, str]]:
    """What notification writes: each with its address and its token."""
    return links.open_ones(work, link_ids, at)


def _confirm(work: Work, parts: LinkParts, account: Account, _link: MailLink, at: datetime) -> None:
    parts.accounts.confirm(work, account.account_id, at)


def _change(work: Work, parts: LinkParts, account: Account, link: MailLink, at: datetime) -> None:
    """The old address keeps a way back; what was on its way there or elsewhere is void."""
    _move(work, parts, account, link.email, at)
    spent = (LinkPurpose.CONFIRM, LinkPurpose.RECOVER, LinkPurpose.CHANGE)
    parts.links.end_all(work, account.account_id, spent, at)
    send_link(work, parts.links, account.account_id, LinkPurpose.UNDO, at, account.email)
    parts.sessions.revoke_others(work, account.account_id, work.context.session_id, at)


def _undo(work: Work, parts: LinkParts, account: Account, link: MailLink, at: datetime) -> None:
    """The password may be a thief's: every session ends, and a link of recovery goes to the address put back."""
    _move(work, parts, account, link.email, at)
    parts.links.end_later_than(work, link, at)
    parts.sessions.revoke_all(work, account.account_id, at)
    send_link(work, parts.links, account.account_id, LinkPurpose.RECOVER, at)


def _move(work: Work, parts: LinkParts, account: Account, email: str, at: datetime) -> None:
    is_free = parts.accounts.move(work, account.account_id, email, at)
    # Moved first: who leaves the address at this moment has committed when its key lets us in.
    if not is_free or parts.links.holds_address(work, email, account.account_id, at):
        raise EmailTaken


_FOLLOWED: Mapping[LinkPurpose, Callable[[Work, LinkParts, Account, MailLink, datetime], None]] = {
    LinkPurpose.CONFIRM: _confirm,
    LinkPurpose.CHANGE: _change,
    LinkPurpose.UNDO: _undo,
}
