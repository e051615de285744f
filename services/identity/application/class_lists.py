"""Class lists that schools send: the call keeps the file, a job loads it, some lines a transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from chassis.files import Files
from chassis.work import Work
from rulebooks import Catalogue
from services.identity.application.ports import ClassLists, Establishments
from services.identity.domain.class_list import ClassListFile, ImportReport
from services.identity.domain.refusals import EstablishmentUnknown, ImportUnknown, SeasonUnknown

LOAD_CLASS_LIST = "load_class_list"
LINES_AT_ONCE = 2_000
_MEDIA_TYPE = "text/csv"
_LONGEST_FILENAME = 200


@dataclass(frozen=True, slots=True)
class ClassListParts:
    """What imports need."""

    lists: ClassLists
    establishments: Establishments
    catalogue: Catalogue
    files: Files


@dataclass(frozen=True, slots=True)
class ImportClassList:
    """`content` was opened already: it has that many `lines`."""

    partner_id: str
    season: str
    filename: str
    content: bytes
    lines: int


def import_class_list(work: Work, parts: ClassListParts, command: ImportClassList) -> ImportReport:
    """Keep the file and have it loaded, after those that the school sent before.

    Raises SeasonUnknown, EstablishmentUnknown.
    """
    if all(command.season != rulebook.season for rulebook in parts.catalogue.of_authority(work.authority_id)):
        raise SeasonUnknown
    if parts.establishments.find(work, command.partner_id) is None:
        raise EstablishmentUnknown
    report = ImportReport(
        import_id=str(uuid.uuid4()),
        partner_id=command.partner_id,
        season=command.season,
        filename=_shown(command.filename),
        lines_total=command.lines,
        imported_at=work.now,
        file_id=parts.files.put(work, command.content, _MEDIA_TYPE) if command.lines else "",
    )
    parts.lists.add_import(work, report)
    if not report.is_loaded:
        line = f"{LOAD_CLASS_LIST}:{report.partner_id}"
        work.schedule(line, report.import_id, work.now, {})
    work.audit("class_list_sent", report.import_id, after={"lines": report.lines_total})
    return report


def load_next(work: Work, parts: ClassListParts, import_id: str) -> bool:
    """Load the file's next lines, each good one once whatever is sent again; whether it is loaded whole."""
    report = parts.lists.lock_import(work, import_id)
    if report is None or report.is_loaded:
        return True
    file = ClassListFile(parts.files.open(work, report.file_id).content)
    part = file.part(report.lines_read, LINES_AT_ONCE, work.today)
    added = parts.lists.load(work, report.season, report.partner_id, part.pupils)
    after = report.with_part(part, added)
    parts.lists.keep_progress(work, after)
    if not after.is_loaded:
        return False
    parts.files.destroy(work, report.file_id)
    work.audit("class_list_loaded", import_id, after={"read": after.lines_read, "added": after.lines_added})
    return True


def own_import(work: Work, lists: ClassLists, partner_id: str, import_id: str) -> ImportReport:
    """Raises ImportUnknown, for another establishment's too."""
    report = lists.find_import(work, import_id)
    if report is None or report.partner_id != partner_id:
        raise ImportUnknown
    return report


def _shown(filename: str) -> str:
    return "".join(character for character in filename if character.isprintable())[:_LONGEST_FILENAME]
