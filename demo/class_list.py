"""The school's list of pupils as a CSV file: good lines, and wrong ones that the platform must name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from demo.french import short_day
from demo.people import Person, Pupil, classmate
from demo.story_values import Story

HEADING = ("nom", "prenom", "date_naissance", "niveau", "filiere", "secteur")
LINES = 200

_WRONG_ROWS = (
    ("Brouillon", "Léa", "31/02/2010", "seconde", "general", ""),
    ("Gabarit", "Noé", "12/05/2009", "onzieme", "general", ""),
    ("", "Inconnu", "03/11/2009", "premiere", "technological", ""),
    ("Fictiveau", "Marin", "le 3 mai 2009", "premiere", "general", ""),
    ("Imaginon", "Zoé", "14/07/2009", "seconde", "alchimie", ""),
)


@dataclass(frozen=True)
class ClassList:
    """`wrong_lines` are numbered as people count: 1 is the heading."""

    content: bytes
    rows: int
    wrong_lines: tuple[int, ...]

    @property
    def good_rows(self) -> int:
        return self.rows - len(self.wrong_lines)


def class_list(story: Story, pupils: Sequence[Pupil], seed: int) -> ClassList:
    """200 lines (more when more pupils sign up): those who sign up, classmates, and five wrong lines.

    Pupils whom the school rejects are not on its list.
    """
    listed: list[Person] = [pupil for pupil in pupils if not pupil.is_rejected]
    classmates = max(LINES - len(listed) - len(_WRONG_ROWS), 0)
    listed += [classmate(story, number, seed) for number in range(classmates)]
    rows = _spread(list(map(_row, listed)), _WRONG_ROWS)
    wrong = tuple(line for line, row in enumerate(rows, start=2) if row in _WRONG_ROWS)
    return ClassList(_csv(rows), len(rows), wrong)


def _row(person: Person) -> tuple[str, ...]:
    assert person.schooling is not None  # every pupil has one
    studies = person.schooling
    return (
        person.surname, person.given_names, short_day(person.birth_date),
        studies.level, studies.track, studies.sector,
    )  # fmt: skip


def _spread(rows: list[tuple[str, ...]], wrong: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Put the wrong rows among the good ones, at even distances."""
    step = len(rows) // len(wrong)
    for number, row in enumerate(wrong):
        rows.insert((number + 1) * step, row)
    return rows


def _csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    """As a French spreadsheet saves it: semicolons, Windows-1252."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([HEADING, *rows])
    return text.getvalue().encode("cp1252")
