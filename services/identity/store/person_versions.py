"""What a person's row said before each change: copied sealed as it was, by whoever changed it and why."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.identity.domain.profiles import FormerVersion
from services.identity.store.erasure_tables import person_versions
from services.identity.store.keys.own_keys import Opener, OwnKeys
from services.identity.store.sealed_profiles import profile_of, recorded_of
from services.identity.store.tables import persons

_COPIED = ("authority_id", "person_id", "version", "identity_checked", "profile_sealed", "recorded_sealed")


def keep_before(work: Work, person_id: str, reason_sealed: bytes | None) -> None:
    """Before a locked person's row is written: its values stay under its version."""
    account = work.context.account
    told = {
        "replaced_by": account.account_id if account else work.context.service,
        "replaced_at": work.now,
        "reason_sealed": reason_sealed,
    }
    was = sa.select(
        *(persons.c[name] for name in _COPIED),
        *(sa.literal(value, person_versions.c[name].type) for name, value in told.items()),
    ).where(persons.c.authority_id == work.authority_id, persons.c.person_id == UUID(person_id))
    work.session.execute(sa.insert(person_versions).from_select([*_COPIED, *told], was))


class PersonVersionRows:
    """`PersonVersions` in the service's database."""

    def __init__(self, keys: OwnKeys) -> None:
        self._keys = keys

    def of(self, work: Work, person_id: str) -> list[FormerVersion]:
        wanted = sa.select(person_versions).where(
            person_versions.c.authority_id == work.authority_id, person_versions.c.person_id == UUID(person_id)
        )
        opener = self._keys.opener(work.authority_id, person_id)
        rows = work.session.execute(wanted.order_by(person_versions.c.version.desc()))
        return [_version(row, opener, person_id) for row in rows if opener.can_open(row.profile_sealed)]


def _version(row: sa.Row[Any], opener: Opener, person_id: str) -> FormerVersion:
    return FormerVersion(
        version=row.version,
        profile=profile_of(json.loads(opener.text(row.profile_sealed, person_id) or "")),
        recorded=json.loads(opener.text(row.recorded_sealed, recorded_of(person_id)) or "{}"),
        replaced_by=row.replaced_by,
        replaced_at=row.replaced_at,
        reason=opener.text(row.reason_sealed, reason_of(person_id)) or "",
    )


def reason_of(person_id: str) -> str:
    """What seals the reason of a change."""
    return f"{person_id}/reason"
