"""Opening an account."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from chassis.work import Work
from services.identity.application.links import new_link
from services.identity.application.ports import Accounts, MailLinks, StaffRoles
from services.identity.domain.accounts import Account, AccountKind, require_open_kind
from services.identity.domain.mail_links import LinkPurpose
from services.identity.domain.refusals import AccountUnknown, EmailTaken


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """The password is hashed already: hashing is slow and stays outside transactions. `at` is machine time."""

    kind: AccountKind
    email: str
    password_hash: str
    at: datetime


def open_account(work: Work, accounts: Accounts, links: MailLinks, command: OpenAccount) -> Account:
    """Raises KindNotOpen, EmailTaken: also while another account may take the address back."""
    kind = require_open_kind(command.kind)
    account = Account(str(uuid.uuid4()), kind, command.email, command.password_hash)
    # Added first: who moves away from the address at this moment has committed when the key lets us in.
    if not accounts.add(work, account) or links.holds_address(work, account.email, account.account_id, command.at):
        raise EmailTaken
    publish_opened(work, links, account, command.at)
    return account


def publish_opened(work: Work, links: MailLinks, account: Account, at: datetime) -> None:
    """An account is opened once; its address, and the link that confirms it, are asked for when it is written to."""
    link = new_link(work, links, account.account_id, LinkPurpose.CONFIRM, at)
    data = {"account_id": account.account_id, "kind": account.kind.value, "link_id": link.link_id}
    work.publish("account_opened", account.account_id, 1, data)


def own_account(work: Work, accounts: Accounts, roles: StaffRoles) -> tuple[Account, frozenset[str]]:
    """The caller's account and roles. Raises AccountUnknown."""
    account = accounts.find(work, work.context.account_id)
    if account is None:
        raise AccountUnknown
    return account, roles.of(work, account.account_id)
