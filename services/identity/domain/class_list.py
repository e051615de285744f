"""Class lists: from the bytes of a school's CSV file to pupils, and to one problem for each thing that is wrong.

Problems name the line, the column and a code, never the value: a report holds nothing personal.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from services.identity.domain.documents.names import folded
from services.identity.domain.person_names import fit_name
from services.identity.domain.profiles import fit_birth_date
from services.identity.domain.refusals import BirthDateUnfit, ClassListUnreadable, NameUnfit, StudyCodeUnknown
from services.identity.domain.schooling import Schooling, fit_schooling, level_code, sector_code, track_code

LARGEST_BYTES = 20_000_000
MOST_PROBLEMS = 5_000  # a file of another kind would otherwise make one for each of its lines
_REQUIRED = ("nom", "prenom", "date_naissance", "niveau", "filiere")
_HEADINGS = (*_REQUIRED, "secteur")
_SYNONYMS = {
    "prenoms": "prenom",
    "date_de_naissance": "date_naissance",
    "ne_le": "date_naissance",
    "classe": "niveau",
    "voie": "filiere",
    "specialite": "secteur",
}
_FRENCH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_COLUMN_OF_FIELD = {"level": "niveau", "track": "filiere", "sector": "secteur"}

_SENTENCES = {
    "columns_missing": "La ligne a moins de colonnes que l'en-tête : complétez-la.",
    "surname_unfit": "Le nom est vide, trop long ou contient des caractères interdits : corrigez-le.",
    "given_name_unfit": "Le prénom est vide, trop long ou contient des caractères interdits : corrigez-le.",
    "birth_date_unreadable": "La date de naissance n'est pas une date : écrivez JJ/MM/AAAA ou AAAA-MM-JJ.",
    "birth_date_unfit": "La date de naissance est dans le futur ou trop ancienne : vérifiez-la.",
    "level_unknown": "Le niveau n'est pas reconnu : écrivez par exemple seconde, premiere, terminale, cap1.",
    "track_unknown": "La filière n'est pas reconnue : écrivez general, technological, vocational, cap, prepa_metiers.",
    "sector_unknown": "Le secteur doit être un code court, sans ponctuation.",
}


@dataclass(frozen=True, slots=True)
class LineProblem:
    """`line` counts the file's lines, the heading being 1."""

    line: int
    column: str
    code: str

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.code]


@dataclass(frozen=True, slots=True)
class Pupil:
    """One good line."""

    surname: str
    given_names: str
    birth_date: date
    schooling: Schooling


@dataclass(frozen=True, slots=True)
class ClassList:
    """Lines as they were read: blank ones do not count."""

    lines_read: int
    pupils: tuple[Pupil, ...]
    problems: tuple[LineProblem, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one file so far; lines that are neither added nor known are faulty.

    `problems`: of the first faulty lines, 5,000 problems at most. `file_id`: the file while it is being loaded.
    """

    import_id: str
    partner_id: str
    season: str
    filename: str
    lines_total: int
    imported_at: datetime
    file_id: str = ""
    lines_read: int = 0
    lines_added: int = 0
    lines_known: int = 0
    problems: tuple[LineProblem, ...] = ()

    @property
    def lines_faulty(self) -> int:
        return self.lines_read - self.lines_added - self.lines_known

    @property
    def is_loaded(self) -> bool:
        return not self.file_id

    def with_part(self, part: ClassList, added: int) -> ImportReport:
        """After the file's next lines, of which so many pupils are new; the file is let go with the last."""
        read = self.lines_read + part.lines_read
        return replace(
            self,
            file_id=self.file_id if read < self.lines_total else "",
            lines_read=read,
            lines_added=self.lines_added + added,
            lines_known=self.lines_known + len(part.pupils) - added,
            problems=(*self.problems, *part.problems)[:MOST_PROBLEMS],
        )


class ClassListFile:
    """A file of 20 MB at most: UTF-8 or Windows-1252, semicolons or commas."""

    def __init__(self, content: bytes) -> None:
        """Reads headings and quotes, no pupil. Raises ClassListUnreadable."""
        self._text = _text(content)
        rows = _rows(self._text)
        self._columns = _columns(next(rows, (1, []))[1])
        self.lines = sum(1 for _ in rows)

    def part(self, start: int, most: int, on: date) -> ClassList:
        """`most` lines after the first `start`, as they are on that day; the headings are no line."""
        found, pupils, problems = 0, [], []
        for number, cells in islice(_rows(self._text), 1 + start, 1 + start + most):
            found += 1
            one = _pupil(number, cells, self._columns, on)
            if isinstance(one, Pupil):
                pupils.append(one)
            else:
                problems.extend(one)
        return ClassList(found, tuple(pupils), tuple(problems))


def report_csv(report: ImportReport) -> bytes:
    """The problems for a spreadsheet, UTF-8 with its mark, semicolons. Every cell is a number or a word of ours."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(("ligne", "colonne", "code", "explication"))
    rows.writerows((each.line, each.column, each.code, each.sentence) for each in report.problems)
    return written.getvalue().encode("utf-8-sig")


def _text(content: bytes) -> str:
    if len(content) > LARGEST_BYTES:
        raise ClassListUnreadable("Le fichier dépasse 20 Mo : coupez-le en plusieurs listes.")
    if b"\0" in content:
        raise ClassListUnreadable("Ce n'est pas un fichier CSV : enregistrez votre tableau au format CSV.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _windows_text(content)


def _windows_text(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        sentence = "L'encodage n'est pas reconnu : enregistrez le fichier en CSV UTF-8."
        raise ClassListUnreadable(sentence) from None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the number of its first line. Raises ClassListUnreadable."""
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") >= heading.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    first_line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield first_line, [cell.strip() for cell in cells]
            first_line = reader.line_num + 1
    except csv.Error:
        sentence = f"La ligne {first_line} ne se lit pas : vérifiez les guillemets."
        raise ClassListUnreadable(sentence) from None


def _columns(heading: list[str]) -> dict[str, int]:
    """Where each column stands. Raises ClassListUnreadable."""
    places: dict[str, int] = {}
    for place, cell in enumerate(heading):
        name = "_".join(folded(cell.replace("_", " "))).lower()
        places.setdefault(_SYNONYMS.get(name, name), place)
    missing = [name for name in _REQUIRED if name not in places]
    if missing:
        raise ClassListUnreadable(
            f"Il manque la colonne {missing[0]} : la première ligne doit être {';'.join(_HEADINGS)}."
        )
    return {name: places[name] for name in _HEADINGS if name in places}


def _pupil(number: int, cells: list[str], columns: dict[str, int], on: date) -> Pupil | list[LineProblem]:
    if len(cells) <= max(columns[name] for name in _REQUIRED):
        return [LineProblem(number, "", "columns_missing")]
    line = _Line(number, cells, columns)
    surname = line.name("nom", "surname_unfit")
    given_names = line.name("prenom", "given_name_unfit")
    birth_date = line.birth_date(on)
    schooling = line.schooling()
    if line.problems or birth_date is None or schooling is None:
        return line.problems
    return Pupil(surname, given_names, birth_date, schooling)


class _Line:
    """One line under examination: gathers its problems instead of stopping at the first."""

    def __init__(self, number: int, cells: list[str], columns: dict[str, int]) -> None:
        self._number = number
        self._cells = cells
        self._columns = columns
        self.problems: list[LineProblem] = []

    def name(self, column: str, code: str) -> str:
        try:
            name = fit_name(self._cell(column), column)
        except NameUnfit:
            name = ""
        if not folded(name):
            self._note(column, code)
        return name

    def birth_date(self, on: date) -> date | None:
        try:
            return fit_birth_date(_day(self._cell("date_naissance")), on)
        except BirthDateUnfit:
            self._note("date_naissance", "birth_date_unfit")
        except ValueError:
            self._note("date_naissance", "birth_date_unreadable")
        return None

    def schooling(self) -> Schooling | None:
        level, track = level_code(self._cell("niveau")), track_code(self._cell("filiere"))
        try:
            return fit_schooling(level, track, sector_code(self._cell("secteur")))
        except StudyCodeUnknown as unknown:
            self._note(_COLUMN_OF_FIELD[unknown.field], f"{unknown.field}_unknown")
        return None

    def _cell(self, column: str) -> str:
        place = self._columns.get(column, len(self._cells))
        return self._cells[place] if place < len(self._cells) else ""

    def _note(self, column: str, code: str) -> None:
        self.problems.append(LineProblem(self._number, column, code))


def _day(text: str) -> date:
    """JJ/MM/AAAA or AAAA-MM-JJ. Raises ValueError."""
    french = _FRENCH_DAY.fullmatch(text)
    if french:
        day, month, year = map(int, french.groups())
        return date(year, month, day)
    return date.fromisoformat(text)
