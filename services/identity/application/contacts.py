"""How accounts are written to, for the services that write to them or show their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.work import Work
from services.identity.application.ports import Accounts, Persons
from services.identity.domain.accounts import AccountKind
from services.identity.domain.refusals import AccountUnknown


@dataclass(frozen=True, slots=True)
class Contact:
    """The names are empty without a profile: delegates and staff have none."""

    account_id: str
    email: str
    given_name: str = ""
    surname: str = ""


def find_person(work: Work, accounts: Accounts, email: str) -> str:
    """The young person under this address, for staff; on record. Raises AccountUnknown."""
    account = accounts.find_by_email(work, email)
    if account is None or account.kind is not AccountKind.YOUNG:
        raise AccountUnknown
    work.audit("person_found", account.account_id)
    return account.account_id


def look_up_contacts(work: Work, accounts: Accounts, persons: Persons, account_ids: Sequence[str]) -> list[Contact]:
    """One each, in the order asked for; unknown accounts are left out."""
    emails = accounts.emails_of(work, account_ids)
    profiles = {person.person_id: person.profile for person in persons.find_all(work, list(emails))}
    known = [account_id for account_id in dict.fromkeys(account_ids) if account_id in emails]
    return [
        Contact(account_id, emails[account_id], profiles[account_id].given_names[0], profiles[account_id].surname)
        if account_id in profiles
        else Contact(account_id, emails[account_id])
        for account_id in known
    ]
