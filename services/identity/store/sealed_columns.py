"""Every sealed column of identity, whose it is and what it is bound to: to seal anew, and to find what no key opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.identity.store.keys.own_keys import Opener, OwnKeys
from services.identity.store.tables import accounts, card_checks, card_holders, enrolments, persons

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Sealed:
    """`owner` and `row` are columns; `bound_to` tells what the value is bound to, from the row's id."""

    column: sa.Column[Any]
    owner: sa.Column[Any]
    row: sa.Column[Any]
    bound_to: Callable[[str], str]


# Sentences of decisions are append-only: those of before stay under the service's key, and end with their retention.
COLUMNS = (
    Sealed(accounts.c.email_sealed, accounts.c.account_id, accounts.c.account_id, str),
    Sealed(
        accounts.c.second_factor_sealed,
        accounts.c.account_id,
        accounts.c.account_id,
        lambda row: f"{row}/second-factor",
    ),
    Sealed(persons.c.profile_sealed, persons.c.person_id, persons.c.person_id, str),
    Sealed(persons.c.recorded_sealed, persons.c.person_id, persons.c.person_id, "{}/recorded".format),
    Sealed(
        card_holders.c.key_sealed,
        card_holders.c.person_id,
        card_holders.c.person_id,
        lambda row: f"{row}/card-holder-key",
    ),
    Sealed(card_checks.c.read_sealed, card_checks.c.person_id, card_checks.c.check_id, str),
    Sealed(enrolments.c.reason_sealed, enrolments.c.person_id, enrolments.c.enrolment_id, str),
)


def reseal(work: Work, keys: OwnKeys, account_id: str) -> int:
    """1 where something of the account was under the service's key, else 0."""
    opener = keys.opener(work.authority_id, account_id)
    found = [
        (sealed, row) for sealed in COLUMNS for row in _rows(work, sealed, account_id) if not opener.is_own(row.value)
    ]
    if not found:
        return 0
    keeper = keys.keeper(work.authority_id, account_id)
    for sealed, row in found:
        _write(work, sealed, row, keeper)
    return 1


def count_keyless(work: Work, keys: OwnKeys) -> int:
    """Accounts whose address is there and does not open."""
    wanted = sa.select(accounts.c.account_id, accounts.c.email_sealed).where(
        accounts.c.authority_id == work.authority_id, accounts.c.email_sealed != b""
    )
    found = work.session.execute(wanted).all()
    count = 0
    for start in range(0, len(found), _PAGE):
        page = found[start : start + _PAGE]
        openers = keys.openers(work.authority_id, [str(row.account_id) for row in page])
        count += sum(not openers[str(row.account_id)].can_open(row.email_sealed) for row in page)
    return count


def _rows(work: Work, sealed: Sealed, account_id: str) -> Sequence[sa.Row[Any, Any]]:
    """Held until the end: nobody changes the value meanwhile."""
    table = sealed.column.table
    wanted = sa.select(sealed.row.label("id"), sealed.column.label("value")).where(
        table.c.authority_id == work.authority_id, sealed.owner == UUID(account_id), sealed.column.is_not(None)
    )
    return work.session.execute(wanted.with_for_update()).all()


def _write(work: Work, sealed: Sealed, row: sa.Row[Any, Any], keeper: Opener) -> None:
    bound_to = sealed.bound_to(str(row.id))
    content = keeper.content(row.value, bound_to)
    if content is None:
        return
    table = sealed.column.table
    work.session.execute(
        sa.update(table)
        .where(table.c.authority_id == work.authority_id, sealed.row == row.id)
        .values({sealed.column.name: keeper.seal(content, bound_to)})
    )
