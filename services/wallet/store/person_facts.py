"""Read model of identity's facts, sealed under this service's key: the highest version wins."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.wallet.domain.facts import Enrolment, EnrolmentState, PersonFacts
from services.wallet.store import many_rows
from services.wallet.store.among import among
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


_KEEP_ALL = """
INSERT INTO person_facts AS kept (authority_id, person_id, version, sealed)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::bytea[])
ON CONFLICT (authority_id, person_id) DO UPDATE SET
  version = greatest(kept.version, excluded.version),
  sealed = CASE WHEN kept.version < excluded.version THEN excluded.sealed ELSE kept.sealed END
RETURNING kept.person_id, kept.version, kept.sealed
"""


def keep_all(work: Work, cipher: Cipher, facts: Sequence[PersonFacts]) -> list[PersonFacts]:
    """`keep` of many persons at once: their rows are locked in the order of their ids."""
    said = {(each.person_id, each.version): each for each in facts}
    rows = [
        (
            work.authority_id,
            each.person_id,
            each.version,
            cipher.seal_text(_to_json(each), _bound_to(work.authority_id, each.person_id)),
        )
        for each in sorted(facts, key=lambda each: each.person_id)
    ]
    if not rows:
        return []
    kept = many_rows.fetch(work.session.connection(), _KEEP_ALL, many_rows.columns(rows))
    return [said.get((row.person_id, row.version)) or _opened(work.authority_id, cipher, row) for row in kept]


def find_all(work: Work, cipher: Cipher, person_ids: Collection[UUID]) -> list[PersonFacts]:
    """Facts of the known among these persons."""
    rows = work.session.execute(
        sa.select(person_facts).where(
            person_facts.c.authority_id == work.authority_id, among(person_facts.c.person_id, person_ids)
        )
    )
    return [_opened(work.authority_id, cipher, row) for row in rows]


def find(work: Work, cipher: Cipher, person_id: UUID) -> PersonFacts | None:
    found = find_all(work, cipher, [person_id])
    return found[0] if found else None


def find_some(
    connection: sa.Connection, cipher: Cipher, persons: Iterable[tuple[str, UUID]]
) -> dict[tuple[str, UUID], PersonFacts]:
    """The known among these (authority, person) pairs."""
    rows = connection.execute(
        sa.select(person_facts).where(
            sa.tuple_(person_facts.c.authority_id, person_facts.c.person_id).in_(list(persons))
        )
    )
    return {(row.authority_id, row.person_id): _opened(row.authority_id, cipher, row) for row in rows}


def versions(work: Work) -> Iterator[tuple[UUID, int]]:
    """(person, version) of everybody known here."""
    rows = work.session.execute(
        sa.select(person_facts.c.person_id, person_facts.c.version).where(
            person_facts.c.authority_id == work.authority_id
        )
    )
    for row in rows:
        yield row.person_id, row.version


def _opened(authority_id: str, cipher: Cipher, row: Any) -> PersonFacts:
    return _from_json(row.person_id, row.version, cipher.open_text(row.sealed, _bound_to(authority_id, row.person_id)))


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
