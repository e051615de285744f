"""Read model of identity's facts, sealed under this service's key: the highest version wins."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.wallet.domain.facts import Enrolment, EnrolmentState, PersonFacts
from services.wallet.store.tables import person_facts


def keep(work: Work, cipher: Cipher, facts: PersonFacts) -> PersonFacts:
    """Keep the facts unless later ones are known; answers the latest.

    The row stays locked: who decides on this person next waits, and sees what this transaction decided.
    """
    statement = insert(person_facts).values(
        authority_id=work.authority_id,
        person_id=facts.person_id,
        version=facts.version,
        sealed=cipher.seal_text(_to_json(facts), _bound_to(work.authority_id, facts.person_id)),
    )
    work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["authority_id", "person_id"],
            set_={"version": statement.excluded.version, "sealed": statement.excluded.sealed},
            where=person_facts.c.version < statement.excluded.version,
        )
    )
    latest = find(work, cipher, facts.person_id)
    assert latest is not None
    return latest


def find(work: Work, cipher: Cipher, person_id: UUID) -> PersonFacts | None:
    row = work.session.execute(
        sa.select(person_facts.c.version, person_facts.c.sealed).where(
            person_facts.c.authority_id == work.authority_id, person_facts.c.person_id == person_id
        )
    ).first()
    if row is None:
        return None
    return _from_json(person_id, row.version, cipher.open_text(row.sealed, _bound_to(work.authority_id, person_id)))


def find_some(
    connection: sa.Connection, cipher: Cipher, persons: Iterable[tuple[str, UUID]]
) -> dict[tuple[str, UUID], PersonFacts]:
    """The known among these (authority, person) pairs."""
    rows = connection.execute(
        sa.select(person_facts).where(
            sa.tuple_(person_facts.c.authority_id, person_facts.c.person_id).in_(list(persons))
        )
    )
    return {
        (row.authority_id, row.person_id): _from_json(
            row.person_id, row.version, cipher.open_text(row.sealed, _bound_to(row.authority_id, row.person_id))
        )
        for row in rows
    }


def versions(work: Work) -> Iterator[tuple[UUID, int]]:
    """(person, version) of everybody known here."""
    rows = work.session.execute(
        sa.select(person_facts.c.person_id, person_facts.c.version).where(
            person_facts.c.authority_id == work.authority_id
        )
    )
    for row in rows:
        yield row.person_id, row.version


def _bound_to(authority_id: str, person_id: UUID) -> str:
    return f"person_facts/{authority_id}/{person_id}"


def _to_json(facts: PersonFacts) -> str:
    return json.dumps(
        {
            "birth_date": facts.birth_date.isoformat() if facts.birth_date else None,
            "facts": dict(facts.facts),
            "enrolments": [
                {
                    "scheme": enrolment.scheme,
                    "season": enrolment.season,
                    "state": enrolment.state.value,
                    "facts": dict(enrolment.facts),
                }
                for enrolment in facts.enrolments
            ],
        }
    )


def _from_json(person_id: UUID, version: int, text: str) -> PersonFacts:
    document = json.loads(text)
    birth_date = document["birth_date"]
    return PersonFacts(
        person_id,
        version,
        date.fromisoformat(birth_date) if birth_date else None,
        document["facts"],
        tuple(_enrolment(part) for part in document["enrolments"]),
    )


def _enrolment(part: dict[str, Any]) -> Enrolment:
    return Enrolment(part["scheme"], part["season"], EnrolmentState(part["state"]), part["facts"])
