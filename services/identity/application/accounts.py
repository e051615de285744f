"""Opening an account."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from chassis.work import Work
from services.identity.application.ports import Accounts, StaffRoles
from services.identity.domain.accounts import Account, AccountKind, require_open_kind
from services.identity.domain.refusals import AccountUnknown, EmailTaken


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """The password is hashed already: hashing is slow and stays outside transactions."""

    kind: AccountKind
    email: str
    password_hash: str


def open_account(work: Work, accounts: Accounts, command: OpenAccount) -> Account:
    """Raises KindNotOpen, EmailTaken."""
    kind = require_open_kind(command.kind)
    account = Account(str(uuid.uuid4()), kind, command.email, command.password_hash)
    if not accounts.add(work, account):
        raise EmailTaken
    publish_opened(work, account)
    return account


def publish_opened(work: Work, account: Account) -> None:
    """An account is opened once; its address is asked for when it is written to."""
    data = {"account_id": account.account_id, "kind": account.kind.value}
    work.publish("account_opened", account.account_id, 1, data)


def own_account(work: Work, accounts: Accounts, roles: StaffRoles) -> tuple[Account, frozenset[str]]:
    """The caller's account and roles. Raises AccountUnknown."""
    account = accounts.find(work, work.context.account_id)
    if account is None:
        raise AccountUnknown
    return account, roles.of(work, account.account_id)
