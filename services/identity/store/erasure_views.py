"""What the journal of erasures is compared with, and the few rows that a replay writes: straight SQL, no rule."""

from __future__ import annotations

import uuid
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.work import Work
from services.identity.store.erasure_tables import erasures
from services.identity.store.keys.own_keys import JournalEntry
from services.identity.store.tables import accounts

_PAGE = 5_000


def hashes_cleared(session: Session) -> set[tuple[str, bytes]]:
    """(authority, account's hash) of whoever is cleared here, or is being cleared."""
    wanted = sa.select(erasures.c.authority_id, erasures.c.account_hash).where(
        erasures.c.state.in_(["erasing", "done"])
    )
    return {(row[0], bytes(row[1])) for row in session.execute(wanted)}


def account_ids(work: Work, after: str) -> tuple[list[str], str | None]:
    """A page of accounts in the order of their ids, and where the next begins; None after the last."""
    wanted = sa.select(accounts.c.account_id).where(accounts.c.authority_id == work.authority_id)
    if after:
        wanted = wanted.where(accounts.c.account_id > UUID(after))
    found = [str(row[0]) for row in work.session.execute(wanted.order_by(accounts.c.account_id).limit(_PAGE))]
    return found, found[-1] if len(found) == _PAGE else None


def lock_open(work: Work, account_id: str) -> str | None:
    """The erasure of this account that was asked for or under way, if any."""
    wanted = sa.select(erasures.c.erasure_id).where(
        erasures.c.authority_id == work.authority_id,
        erasures.c.person_id == UUID(account_id),
        erasures.c.state.in_(["requested", "waiting", "erasing"]),
    )
    found = work.session.execute(wanted.with_for_update()).scalar()
    return str(found) if found else None


def lock_done(work: Work) -> list[str]:
    """Erasures that are done, of accounts that were here."""
    wanted = sa.select(erasures.c.erasure_id).where(
        erasures.c.authority_id == work.authority_id,
        erasures.c.state == "done",
        erasures.c.person_id.is_not(None),
    )
    return [str(row[0]) for row in work.session.execute(wanted.with_for_update())]


def note_unknown(work: Work, entry: JournalEntry) -> None:
    """An account that was opened and erased after the backup: nothing of it is here."""
    work.session.execute(
        sa.insert(erasures),
        {
            "authority_id": work.authority_id,
            "erasure_id": uuid.uuid4(),
            "person_id": None,
            "account_hash": entry.account_hash,
            "state": "done",
            "asked_by": "",
            "confirmed_by": work.service,
            "requested_at": entry.erased_at,
            "done_at": work.now,
        },
    )
