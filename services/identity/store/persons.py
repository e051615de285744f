"""Persons, their profile sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.profiles import Person, Profile
from services.identity.store.tables import persons


class PersonRows:
    """`Persons` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def find(self, work: Work, person_id: str) -> Person | None:
        row = work.session.execute(_by_id(work, person_id)).first()
        return self._person(row) if row else None

    def lock(self, work: Work, person_id: str) -> Person | None:
        row = work.session.execute(_by_id(work, person_id).with_for_update()).first()
        return self._person(row) if row else None

    def find_all(self, work: Work, person_ids: Sequence[str]) -> list[Person]:
        return [self._person(row) for row in work.session.execute(_by_ids(work, person_ids))]

    def lock_all(self, work: Work, person_ids: Sequence[str]) -> list[Person]:
        wanted = _by_ids(work, person_ids).order_by(persons.c.person_id).with_for_update()
        return [self._person(row) for row in work.session.execute(wanted)]

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
        row = {"authority_id": work.authority_id, "person_id": UUID(person.person_id), **self._values(person)}
        statement = insert(persons).values(row).on_conflict_do_nothing()
        return work.session.execute(statement.returning(persons.c.person_id)).first() is not None

    def keep(self, work: Work, person: Person) -> None:
        work.session.execute(
            sa.update(persons)
            .where(persons.c.authority_id == work.authority_id, persons.c.person_id == UUID(person.person_id))
            .values(self._values(person))
        )

    def _values(self, person: Person) -> dict[str, Any]:
        profile = json.dumps(asdict(person.profile) | {"birth_date": person.profile.birth_date.isoformat()})
        recorded = json.dumps(dict(person.recorded))
        return {
            "version": person.version,
            "profile_sealed": self._cipher.seal_text(profile, person.person_id),
            "identity_checked": person.identity_checked,
            "recorded_sealed": self._cipher.seal_text(recorded, _recorded_of(person.person_id)),
        }

    def _person(self, row: sa.Row[Any]) -> Person:
        person_id = str(row.person_id)
        values = json.loads(self._cipher.open_text(row.profile_sealed, person_id))
        values["given_names"] = tuple(values["given_names"])
        values["birth_date"] = date.fromisoformat(values["birth_date"])
        return Person(person_id, Profile(**values), row.identity_checked, row.version, self._recorded(row))

    def _recorded(self, row: sa.Row[Any]) -> dict[str, Any]:
        """None where nothing was recorded since the column is there."""
        if row.recorded_sealed is None:
            return {}
        facts: dict[str, Any] = json.loads(
            self._cipher.open_text(row.recorded_sealed, _recorded_of(str(row.person_id)))
        )
        return facts


def _recorded_of(person_id: str) -> str:
    """What seals a person's recorded facts: their profile is no good in its place."""
    return f"{person_id}/recorded"


def _by_ids(work: Work, person_ids: Sequence[str]) -> sa.Select[Any]:
    return sa.select(persons).where(
        persons.c.authority_id == work.authority_id,
        persons.c.person_id.in_([UUID(person_id) for person_id in person_ids]),
    )


def _by_id(work: Work, person_id: str) -> sa.Select[Any]:
    return sa.select(persons).where(persons.c.authority_id == work.authority_id, persons.c.person_id == UUID(person_id))
