"""Class lists: each pupil as one keyed hash with the list's word on the schooling, and the reports of imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.application.ports import ImportReport
from services.identity.domain.class_list import LineProblem, Pupil
from services.identity.domain.enrolments import Enrolment, pupil_key
from services.identity.domain.profiles import Person
from services.identity.domain.schooling import Schooling
from services.identity.store.tables import class_list_imports, class_list_lines

_LINES_A_STATEMENT = 1_000


class ClassListRows:
    """`ClassLists` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def load(self, work: Work, season: str, partner_id: str, pupils: Iterable[Pupil]) -> int:
        # By hash: a statement may not touch one row twice. Sorted: two imports at once lock in one order.
        by_hash = {self._hash(season, partner_id, pupil): pupil.schooling for pupil in pupils}
        rows = iter(
            {
                "authority_id": work.authority_id,
                "pupil_hash": pupil_hash,
                "partner_id": UUID(partner_id),
                "season": season,
                **asdict(by_hash[pupil_hash]),
            }
            for pupil_hash in sorted(by_hash)
        )
        return sum(_upsert(work, chunk) for chunk in _chunks(rows))

    def keep_report(self, work: Work, report: ImportReport) -> None:
        work.session.execute(
            sa.insert(class_list_imports),
            {
                "authority_id": work.authority_id,
                "import_id": UUID(report.import_id),
                "partner_id": UUID(report.partner_id),
                "season": report.season,
                "filename": report.filename,
                "lines_read": report.lines_read,
                "lines_added": report.lines_added,
                "lines_known": report.lines_known,
                "problems": [[problem.line, problem.column, problem.code] for problem in report.problems],
                "imported_by": UUID(work.context.account_id),
                "imported_at": report.imported_at,
            },
        )

    def find_report(self, work: Work, import_id: str) -> ImportReport | None:
        row = work.session.execute(
            sa.select(class_list_imports).where(
                class_list_imports.c.authority_id == work.authority_id,
                class_list_imports.c.import_id == UUID(import_id),
            )
        ).first()
        return _report(row) if row else None

    def listed(self, work: Work, pairs: Sequence[tuple[Enrolment, Person]]) -> Mapping[str, Schooling]:
        hashes = {each.enrolment_id: self._hash_of_request(each, person) for each, person in pairs}
        rows = work.session.execute(
            sa.select(class_list_lines).where(
                class_list_lines.c.authority_id == work.authority_id,
                class_list_lines.c.pupil_hash.in_(set(hashes.values())),
            )
        )
        found = {bytes(row.pupil_hash): Schooling(row.level, row.track, row.sector) for row in rows}
        return {each: found[pupil_hash] for each, pupil_hash in hashes.items() if pupil_hash in found}

    def _hash(self, season: str, partner_id: str, pupil: Pupil) -> bytes:
        key = pupil_key(season, partner_id, pupil.surname, pupil.given_names, pupil.birth_date)
        return self._cipher.look_up_hash(f"pupil/{key}")

    def _hash_of_request(self, enrolment: Enrolment, person: Person) -> bytes:
        profile = person.profile
        pupil = Pupil(profile.surname, profile.all_given_names, profile.birth_date, enrolment.schooling)
        return self._hash(enrolment.season, enrolment.partner_id, pupil)


def _upsert(work: Work, rows: list[dict[str, Any]]) -> int:
    """How many rows are new: a row that this statement inserted has no transaction that ended it (xmax 0)."""
    statement = insert(class_list_lines).values(rows)
    latest = {name: statement.excluded[name] for name in ("level", "track", "sector")}
    upsert = statement.on_conflict_do_update(index_elements=["authority_id", "pupil_hash"], set_=latest)
    is_new = sa.literal_column("xmax = 0", sa.Boolean)
    return sum(work.session.execute(upsert.returning(is_new)).scalars())


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(rows, _LINES_A_STATEMENT)):
        yield chunk


def _report(row: sa.Row[Any]) -> ImportReport:
    return ImportReport(
        import_id=str(row.import_id),
        partner_id=str(row.partner_id),
        season=row.season,
        filename=row.filename,
        lines_read=row.lines_read,
        lines_added=row.lines_added,
        lines_known=row.lines_known,
        problems=tuple(LineProblem(*problem) for problem in row.problems),
        imported_at=row.imported_at,
    )
