"""The school's list: 200 lines as a French spreadsheet saves them, with wrong ones whose numbers are known."""

import csv
import io

from demo.class_list import HEADING, LINES, class_list
from demo.people import pupils
from demo.story_file import load

STORY = load()


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("cp1252")), delimiter=";"))


def test_there_are_200_lines_below_the_heading() -> None:
    rows = _rows(class_list(STORY, pupils(STORY, 40, 7), 7).content)
    assert tuple(rows[0]) == HEADING
    assert len(rows) == LINES + 1


def test_more_pupils_than_that_make_a_longer_list() -> None:
    sent = class_list(STORY, pupils(STORY, 300, 7), 7)
    assert sent.rows == len(_rows(sent.content)) - 1 > 200


def test_pupils_are_listed_unless_the_school_rejects_them() -> None:
    cast = pupils(STORY, 40, 7)
    names = {(row[0], row[1]) for row in _rows(class_list(STORY, cast, 7).content)}
    for pupil in cast:
        if not pupil.is_rejected:
            assert (pupil.surname, pupil.given_names) in names


def test_wrong_lines_are_numbered_from_the_heading() -> None:
    sent = class_list(STORY, pupils(STORY, 40, 7), 7)
    rows = _rows(sent.content)
    assert sent.good_rows == sent.rows - 5
    assert {rows[line - 1][2] for line in sent.wrong_lines} >= {"31/02/2010", "le 3 mai 2009"}


def test_the_same_seed_gives_the_same_file() -> None:
    assert class_list(STORY, pupils(STORY, 40, 7), 7) == class_list(STORY, pupils(STORY, 40, 7), 7)
