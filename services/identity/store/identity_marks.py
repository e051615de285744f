"""Which account a document and a person were proven for, as keyed hashes."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.card_checks import DOCUMENT_OF_ANOTHER, PERSON_OF_ANOTHER, Marks
from services.identity.store.tables import document_marks, person_marks, persons


class IdentityMarkRows:
    """`IdentityMarks` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def document(self, text: str) -> bytes:
        return self._cipher.look_up_hash(f"document/{text}")

    def person(self, text: str) -> bytes:
        return self._cipher.look_up_hash(f"person/{text}")

    def claim(self, work: Work, marks: Marks, person_id: str, namesake: bool = False) -> tuple[str, ...]:
        claimed = [
            (table, mark) for table, mark in _by_table(marks) if mark and _insert(work, table, mark, person_id)
        ]  # a rival's claim of the same mark is waited for here
        taken = self.taken(work, marks, person_id)
        refused = tuple(code for code in taken if not (namesake and code == PERSON_OF_ANOTHER))
        if refused:
            for table, mark in claimed:
                work.session.execute(sa.delete(table).where(*_at(work, table, mark)))
        return refused

    def taken(self, work: Work, marks: Marks, person_id: str) -> tuple[str, ...]:
        found = []
        for (table, mark), code in zip(_by_table(marks), (DOCUMENT_OF_ANOTHER, PERSON_OF_ANOTHER), strict=True):
            holder = work.session.execute(sa.select(table.c.person_id).where(*_at(work, table, mark))).scalar()
            if holder is not None and str(holder) != person_id:
                found.append(code)
        return tuple(found)

    def unmarked(self, work: Work, after: str, most: int) -> list[str]:
        has_mark = sa.exists().where(
            person_marks.c.authority_id == persons.c.authority_id, person_marks.c.person_id == persons.c.person_id
        )
        wanted = (
            sa.select(persons.c.person_id)
            .where(persons.c.authority_id == work.authority_id, persons.c.identity_checked, ~has_mark)
            .order_by(persons.c.person_id)
            .limit(most)
        )
        if after:
            wanted = wanted.where(persons.c.person_id > UUID(after))
        return [str(person_id) for person_id in work.session.execute(wanted).scalars()]

    def release(self, work: Work, document: bytes, person_id: str) -> None:
        own = UUID(person_id)
        for_document = _at(work, document_marks, document)
        work.session.execute(sa.delete(document_marks).where(*for_document, document_marks.c.person_id == own))
        work.session.execute(
            sa.delete(person_marks).where(
                person_marks.c.authority_id == work.authority_id, person_marks.c.person_id == own
            )
        )


def _by_table(marks: Marks) -> tuple[tuple[sa.Table, bytes], ...]:
    return (document_marks, marks.document), (person_marks, marks.person)


def _at(work: Work, table: sa.Table, mark: bytes) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.authority_id == work.authority_id, table.c.mark == mark


def _insert(work: Work, table: sa.Table, mark: bytes, person_id: str) -> bool:
    row = {"authority_id": work.authority_id, "mark": mark, "person_id": UUID(person_id)}
    statement = insert(table).values(row).on_conflict_do_nothing().returning(table.c.mark)
    return work.session.execute(statement).first() is not None
