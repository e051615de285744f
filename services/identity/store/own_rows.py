"""What identity keeps of an account, table by table, and what of it goes when it is erased.

Rows that append-only decisions hang from stay, empty: an id that leads nowhere. Nothing here needs a key.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.personal_data import changed, forget_addresses
from chassis.work import Work
from services.identity.store.erasure_tables import person_versions
from services.identity.store.tables import (
    CHASSIS,
    accounts,
    card_checks,
    card_holders,
    card_images,
    consent_requests,
    document_marks,
    enrolments,
    fact_records,
    invitations,
    mail_links,
    person_marks,
    persons,
    recovery_codes,
    refresh_tokens,
    sessions,
)

CLEARED = (
    "accounts",
    "sessions",
    "refresh_tokens",
    "invitations",
    "persons",
    "card_holders",
    "card_checks",
    "files",
    "document_marks",
    "enrolments",
    "person_versions",
    "person_marks",
    "fact_records",
    "consent_requests",
    "mail_links",
    "recovery_codes",
    "sign_in_failures",
    "class_list_lines",
    "grants",
    "audit",
)
KEPT: Mapping[str, str] = {
    "card_decisions": "append-only: codes, and a sentence whose key is gone",
    "class_list_imports": "who imported a list, for a school",
    "erasures": "the erasure itself: ids, codes, numbers",
    "service_accounts": "machines",
    "service_secrets": "machines",
}
_HASH_BYTES = 32
_NEVER = "erased"  # no password has this hash


class OwnRowsOfAccount:
    """`OwnRows` in the service's database."""

    def close_account(self, work: Work, account_id: str) -> None:
        work.session.execute(
            sa.update(accounts).where(*_of(work, accounts.c.account_id, account_id)).values(_unreachable())
        )
        _end_sessions(work, account_id)

    def clear(self, work: Work, account_id: str) -> Mapping[str, int]:
        rows = {
            **_end_sessions(work, account_id),
            "files": _destroy_pictures(work, account_id),
            "card_checks": _empty_checks(work, account_id),
            "audit": forget_addresses(work, UUID(account_id)),
        }
        for table, owner in _GONE.items():
            rows[table.name] = changed(work, sa.delete(table).where(*_of(work, owner, account_id)))
        rows["grants"] = changed(
            work,
            sa.delete(CHASSIS.grants).where(
                CHASSIS.grants.c.authority_id == work.authority_id, CHASSIS.grants.c.account_id == account_id
            ),
        )
        return rows | _empty_person(work, account_id)

    def last_version(self, work: Work, person_id: str) -> int:
        wanted = sa.select(persons.c.version).where(*_of(work, persons.c.person_id, person_id))
        return work.session.execute(wanted).scalar() or 1


# Whose rows go whole, with the column that says whose they are.
_GONE = {
    invitations: invitations.c.account_id,
    card_holders: card_holders.c.person_id,
    document_marks: document_marks.c.person_id,
    enrolments: enrolments.c.person_id,
    person_versions: person_versions.c.person_id,
    person_marks: person_marks.c.person_id,
    fact_records: fact_records.c.person_id,
    consent_requests: consent_requests.c.person_id,
    mail_links: mail_links.c.account_id,
    recovery_codes: recovery_codes.c.account_id,
}


def _of(work: Work, owner: sa.ColumnElement[Any], account_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    table = owner.table
    return table.c.authority_id == work.authority_id, owner == UUID(account_id)


def _unreachable() -> dict[str, Any]:
    """The address is free for another account, and no password opens this one."""
    return {"email_hash": os.urandom(_HASH_BYTES), "password_hash": _NEVER}


def _end_sessions(work: Work, account_id: str) -> dict[str, int]:
    mine = sa.select(sessions.c.session_id).where(*_of(work, sessions.c.account_id, account_id))
    tokens = sa.delete(refresh_tokens).where(
        refresh_tokens.c.authority_id == work.authority_id, refresh_tokens.c.session_id.in_(mine)
    )
    return {
        "refresh_tokens": changed(work, tokens),
        "sessions": changed(work, sa.delete(sessions).where(*_of(work, sessions.c.account_id, account_id))),
    }


def _destroy_pictures(work: Work, account_id: str) -> int:
    """After the checks let go of them: they are referred to."""
    here = _of(work, card_checks.c.person_id, account_id)
    first = sa.select(card_checks.c.file_id).where(*here, card_checks.c.file_id.is_not(None))
    checks = sa.select(card_checks.c.check_id).where(*here)
    more = sa.select(card_images.c.file_id).where(
        card_images.c.authority_id == work.authority_id, card_images.c.check_id.in_(checks)
    )
    file_ids = list(work.session.execute(sa.union_all(first, more)).scalars())
    _empty_checks(work, account_id)
    files = CHASSIS.files
    return changed(
        work, sa.delete(files).where(files.c.authority_id == work.authority_id, files.c.file_id.in_(file_ids))
    )


def _empty_checks(work: Work, account_id: str) -> int:
    """An open check is over: nobody is there to be told."""
    is_open = card_checks.c.state.in_(["pending", "person"])
    emptied = (
        sa.update(card_checks)
        .where(
            *_of(work, card_checks.c.person_id, account_id),
            sa.or_(
                is_open,
                card_checks.c.file_id.is_not(None),
                card_checks.c.read_sealed.is_not(None),
                card_checks.c.document_mark.is_not(None),
            ),
        )
        .values(
            state=sa.case((is_open, "refused"), else_=card_checks.c.state),
            decided_at=sa.func.coalesce(card_checks.c.decided_at, work.now),
            file_id=None,
            read_sealed=None,
            document_mark=None,
            lease_id=None,
            leased_until=None,
            proposed_by=None,
        )
    )
    return changed(work, emptied)


def _empty_person(work: Work, account_id: str) -> dict[str, int]:
    """Again changes nothing: what is empty is not counted."""
    person = (
        sa.update(persons)
        .where(*_of(work, persons.c.person_id, account_id), persons.c.profile_sealed != b"")
        .values(profile_sealed=b"", recorded_sealed=None, identity_checked=False, version=persons.c.version + 1)
    )
    account = (
        sa.update(accounts)
        .where(*_of(work, accounts.c.account_id, account_id), accounts.c.email_sealed != b"")
        .values(email_sealed=b"", second_factor_sealed=None, second_factor_offered=None, **_unreachable())
    )
    return {"persons": changed(work, person), "accounts": changed(work, account)}
