"""Class lists: each pupil as one keyed hash with the list's word on the schooling, and the reports of imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.class_list import ImportReport, LineProblem, Pupil
from services.identity.domain.enrolments import Enrolment, pupil_key
from services.identity.domain.profiles import Person
from services.identity.domain.schooling import Schooling
from services.identity.store.tables import class_list_imports, class_list_lines

_LINES_A_STATEMENT = 1_000
_Line = tuple[bytes, Schooling]
_UPSERT = sa.text("""
    INSERT INTO class_list_lines (authority_id, pupil_hash, partner_id, season, level, track, sector)
    SELECT :authority_id, line.pupil_hash, :partner_id, :season, line.level, line.track, line.sector
    FROM unnest(CAST(:hashes AS bytea[]), CAST(:levels AS text[]), CAST(:tracks AS text[]), CAST(:sectors AS text[]))
        AS line (pupil_hash, level, track, sector)
    ON CONFLICT (authority_id, pupil_hash)
        DO UPDATE SET level = excluded.level, track = excluded.track, sector = excluded.sector
    RETURNING xmax = 0
""")


class ClassListRows:
    """`ClassLists` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def load(self, work: Work, season: str, partner_id: str, pupils: Iterable[Pupil]) -> int:
        # By hash: a statement may not touch one row twice. Sorted: two imports at once lock in one order.
        by_hash = {self._hash(season, partner_id, pupil): pupil.schooling for pupil in pupils}
        lines = iter(sorted(by_hash.items(), key=lambda line: line[0]))
        return sum(_upsert(work, season, partner_id, chunk) for chunk in _chunks(lines))

    def add_import(self, work: Work, report: ImportReport) -> None:
        row = {
            "authority_id": work.authority_id,
            "import_id": UUID(report.import_id),
            "partner_id": UUID(report.partner_id),
            "season": report.season,
            "filename": report.filename,
            "lines_total": report.lines_total,
            "imported_by": UUID(work.context.account_id),
            "imported_at": report.imported_at,
            **_progress(report),
        }
        work.session.execute(sa.insert(class_list_imports), row)

    def find_import(self, work: Work, import_id: str) -> ImportReport | None:
        row = work.session.execute(_import(work, import_id)).first()
        return _report(row) if row else None

    def lock_import(self, work: Work, import_id: str) -> ImportReport | None:
        row = work.session.execute(_import(work, import_id).with_for_update()).first()
        return _report(row) if row else None

    def keep_progress(self, work: Work, report: ImportReport) -> None:
        work.session.execute(
            sa.update(class_list_imports)
            .where(
                class_list_imports.c.authority_id == work.authority_id,
                class_list_imports.c.import_id == UUID(report.import_id),
            )
            .values(_progress(report))
        )

    def latest_imports(self, work: Work, partner_id: str, most: int) -> list[ImportReport]:
        columns = [column for column in class_list_imports.c if column.name != "problems"]
        wanted: sa.Select[Any] = (
            sa.select(*columns, sa.literal([], JSONB).label("problems"))
            .where(
                class_list_imports.c.authority_id == work.authority_id,
                class_list_imports.c.partner_id == UUID(partner_id),
            )
            .order_by(class_list_imports.c.imported_at.desc(), class_list_imports.c.import_id)
            .limit(most)
        )
        return [_report(row) for row in work.session.execute(wanted)]

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


def _upsert(work: Work, season: str, partner_id: str, lines: list[_Line]) -> int:
    """How many lines are new: a row that this statement inserted has no transaction that ended it (xmax 0).

    Columns go as arrays: one short statement, prepared once, whatever the number of lines.
    """
    is_new = work.session.execute(
        _UPSERT,
        {
            "authority_id": work.authority_id,
            "partner_id": UUID(partner_id),
            "season": season,
            "hashes": [pupil_hash for pupil_hash, _ in lines],
            "levels": [schooling.level for _, schooling in lines],
            "tracks": [schooling.track for _, schooling in lines],
            "sectors": [schooling.sector for _, schooling in lines],
        },
    )
    return sum(is_new.scalars())


def _chunks(lines: Iterator[_Line]) -> Iterator[list[_Line]]:
    while chunk := list(islice(lines, _LINES_A_STATEMENT)):
        yield chunk


def _import(work: Work, import_id: str) -> sa.Select[Any]:
    return sa.select(class_list_imports).where(
        class_list_imports.c.authority_id == work.authority_id, class_list_imports.c.import_id == UUID(import_id)
    )


def _progress(report: ImportReport) -> dict[str, Any]:
    return {
        "file_id": UUID(report.file_id) if report.file_id else None,
        "lines_read": report.lines_read,
        "lines_added": report.lines_added,
        "lines_known": report.lines_known,
        "problems": [[problem.line, problem.column, problem.code] for problem in report.problems],
    }


def _report(row: sa.Row[Any]) -> ImportReport:
    return ImportReport(
        import_id=str(row.import_id),
        partner_id=str(row.partner_id),
        season=row.season,
        filename=row.filename,
        # Imports of before the job were loaded whole within their call.
        lines_total=row.lines_read if row.lines_total is None else row.lines_total,
        imported_at=row.imported_at,
        file_id=str(row.file_id) if row.file_id else "",
        lines_read=row.lines_read,
        lines_added=row.lines_added,
        lines_known=row.lines_known,
        problems=tuple(LineProblem(*problem) for problem in row.problems),
    )
