"""Persons, their profile sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.identity.domain.profiles import Person
from services.identity.store.keys.own_keys import Opener, OwnKeys
from services.identity.store.person_versions import keep_before, reason_of
from services.identity.store.sealed_profiles import profile_of, profile_text, recorded_of
from services.identity.store.tables import persons


class PersonRows:
    """`Persons` in the service's database."""

    def __init__(self, keys: OwnKeys) -> None:
        self._keys = keys

    def find(self, work: Work, person_id: str) -> Person | None:
        return self._one(work, _by_id(work, person_id))

    def lock(self, work: Work, person_id: str) -> Person | None:
        return self._one(work, _by_id(work, person_id).with_for_update())

    def find_all(self, work: Work, person_ids: Sequence[str]) -> list[Person]:
        return self._all(work, _by_ids(work, person_ids))

    def lock_all(self, work: Work, person_ids: Sequence[str]) -> list[Person]:
        return self._all(work, _by_ids(work, person_ids).order_by(persons.c.person_id).with_for_update())

    def rise(self, work: Work, person_ids: Sequence[str]) -> Mapping[str, int]:
        risen = work.session.execute(
            sa.update(persons)
            .where(
                persons.c.authority_id == work.authority_id,
                persons.c.person_id.in_([UUID(person_id) for person_id in person_ids]),
            )
            .values(version=persons.c.version + 1)
            .returning(persons.c.person_id, persons.c.version)
        )
        return {str(row.person_id): row.version for row in risen}

    def add(self, work: Work, person: Person) -> bool:
        row = {"authority_id": work.authority_id, "person_id": UUID(person.person_id), **self._values(work, person)}
        statement = insert(persons).values(row).on_conflict_do_nothing()
        return work.session.execute(statement.returning(persons.c.person_id)).first() is not None

    def keep(self, work: Work, person: Person, reason: str = "") -> None:
        keeper = self._keys.keeper(work.authority_id, person.person_id)
        sealed = keeper.seal_text(reason, reason_of(person.person_id)) if reason else None
        keep_before(work, person.person_id, sealed)
        work.session.execute(
            sa.update(persons)
            .where(persons.c.authority_id == work.authority_id, persons.c.person_id == UUID(person.person_id))
            .values(self._values(work, person))
        )

    def _one(self, work: Work, wanted: sa.Select[Any]) -> Person | None:
        found = self._all(work, wanted)
        return found[0] if found else None

    def _all(self, work: Work, wanted: sa.Select[Any]) -> list[Person]:
        """Those who were erased are left out."""
        rows = work.session.execute(wanted).all()
        openers = self._keys.openers(work.authority_id, [str(row.person_id) for row in rows])
        found = [(row, openers[str(row.person_id)]) for row in rows]
        return [_person(row, opener) for row, opener in found if opener.can_open(row.profile_sealed)]

    def _values(self, work: Work, person: Person) -> dict[str, Any]:
        recorded = json.dumps(dict(person.recorded))
        keeper = self._keys.keeper(work.authority_id, person.person_id)
        return {
            "version": person.version,
            "profile_sealed": keeper.seal_text(profile_text(person.profile), person.person_id),
            "identity_checked": person.identity_checked,
            "recorded_sealed": keeper.seal_text(recorded, recorded_of(person.person_id)),
        }


def _person(row: sa.Row[Any], opener: Opener) -> Person:
    person_id = str(row.person_id)
    profile = profile_of(json.loads(opener.text(row.profile_sealed, person_id) or ""))
    # Nothing was recorded of those who are there since before the column.
    recorded = json.loads(opener.text(row.recorded_sealed, recorded_of(person_id)) or "{}")
    return Person(person_id, profile, row.identity_checked, row.version, recorded)


def _by_ids(work: Work, person_ids: Sequence[str]) -> sa.Select[Any]:
    return sa.select(persons).where(
        persons.c.authority_id == work.authority_id,
        persons.c.person_id.in_([UUID(person_id) for person_id in person_ids]),
    )


def _by_id(work: Work, person_id: str) -> sa.Select[Any]:
    return sa.select(persons).where(persons.c.authority_id == work.authority_id, persons.c.person_id == UUID(person_id))
