"""Class lists that schools send."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from chassis.work import Work
from rulebooks import Catalogue
from services.identity.application.ports import ClassLists, Establishments
from services.identity.domain.class_list import ClassList, ImportReport
from services.identity.domain.refusals import EstablishmentUnknown, ImportUnknown, SeasonUnknown

MOST_PROBLEMS = 1_000  # a file of another kind would otherwise make one for each of its lines
_LONGEST_FILENAME = 200


@dataclass(frozen=True, slots=True)
class ImportClassList:
    """A file that was read already."""

    partner_id: str
    season: str
    filename: str
    read: ClassList


def import_class_list(
    work: Work, lists: ClassLists, establishments: Establishments, catalogue: Catalogue, command: ImportClassList
) -> ImportReport:
    """Load each good line once, whatever is sent again. Raises SeasonUnknown, EstablishmentUnknown."""
    if all(command.season != rulebook.season for rulebook in catalogue.of_authority(work.authority_id)):
        raise SeasonUnknown
    if establishments.find(work, command.partner_id) is None:
        raise EstablishmentUnknown
    added = lists.load(work, command.season, command.partner_id, command.read.pupils)
    report = _report(work, command, added)
    lists.keep_report(work, report)
    work.audit("class_list_imported", report.import_id, after={"read": report.lines_read, "added": added})
    return report


def own_import(work: Work, lists: ClassLists, partner_id: str, import_id: str) -> ImportReport:
    """Raises ImportUnknown, for another establishment's too."""
    report = lists.find_report(work, import_id)
    if report is None or report.partner_id != partner_id:
        raise ImportUnknown
    return report


def _report(work: Work, command: ImportClassList, added: int) -> ImportReport:
    shown = "".join(character for character in command.filename if character.isprintable())
    return ImportReport(
        import_id=str(uuid.uuid4()),
        partner_id=command.partner_id,
        season=command.season,
        filename=shown[:_LONGEST_FILENAME],
        lines_read=command.read.lines_read,
        lines_added=added,
        lines_known=len(command.read.pupils) - added,
        problems=command.read.problems[:MOST_PROBLEMS],
        imported_at=work.now,
    )
