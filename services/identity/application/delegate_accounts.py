"""Whose accounts act for a partner: so that its principal names référents by their address, and knows them by it.

What they may do is partner's to say; identity answers from its read model of grants.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from chassis import grants
from chassis.work import Work
from services.identity.application.ports import Accounts
from services.identity.domain.accounts import AccountKind
from services.identity.domain.refusals import AccountUnknown


@dataclass(frozen=True, slots=True)
class DelegateAccount:
    """An account and its roles for one partner."""

    account_id: str
    email: str
    roles: Set[str]


def delegate_accounts(work: Work, accounts: Accounts, partner_id: str) -> Sequence[DelegateAccount]:
    """Those that have a role for it, by address."""
    held = grants.holders_of(work.session, work.tables, work.authority_id, grants.partner_scope(partner_id))
    emails = accounts.emails_of(work, list(held))
    found = [DelegateAccount(account_id, email, held[account_id]) for account_id, email in emails.items()]
    return sorted(found, key=lambda each: each.email)


def find_delegate_account(work: Work, accounts: Accounts, partner_id: str, email: str) -> DelegateAccount:
    """The partner account under this address. Raises AccountUnknown."""
    account = accounts.find_by_email(work, email)
    if account is None or account.kind is not AccountKind.PARTNER:
        raise AccountUnknown
    scope = grants.partner_scope(partner_id)
    roles = grants.roles_of(work.session, work.tables, work.authority_id, account.account_id, scope)
    return DelegateAccount(account.account_id, account.email, roles)
