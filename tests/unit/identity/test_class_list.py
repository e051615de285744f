"""Reading a class list, line by line."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.class_list import ClassList, ClassListFile, ImportReport, report_csv
from services.identity.domain.refusals import ClassListUnreadable

TODAY = date(2025, 9, 1)
HEADING = "nom;prenom;date_naissance;niveau;filiere;secteur"


def read(*lines: str, heading: str = HEADING) -> ClassList:
    return whole("\n".join((heading, *lines)).encode())


def whole(content: bytes) -> ClassList:
    file = ClassListFile(content)
    return file.part(0, file.lines, TODAY)


@pytest.mark.parametrize(
    "heading",
    [
        HEADING,
        "NOM;PRÉNOM;DATE_NAISSANCE;NIVEAU;FILIÈRE;SECTEUR",
        " Nom ; Prénom ; Date de naissance ; Niveau ; Filière ; Secteur ",
        '"Nom";"Prenoms";"Date-Naissance";"Niveau";"Filiere";"Spécialité"',
    ],
)
def test_headings_are_known_in_any_case_accent_and_quote(heading: str) -> None:
    (pupil,) = read("Élan;Zoé;14/03/2009;Terminale;Professionnelle;bac pro", heading=heading).pupils

    assert (pupil.surname, pupil.given_names, pupil.birth_date) == ("Élan", "Zoé", date(2009, 3, 14))
    assert (pupil.schooling.level, pupil.schooling.track, pupil.schooling.sector) == (
        "terminale",
        "vocational",
        "bac_pro",
    )


def test_columns_may_stand_in_any_order_beside_others_and_the_sector_may_be_absent() -> None:
    heading = "classe_exacte;filiere;niveau;date_naissance;prenom;nom"

    (pupil,) = read("2B;general;seconde;2009-03-14;Zoé;Élan", heading=heading).pupils

    assert (pupil.surname, pupil.schooling.sector) == ("Élan", "")


@pytest.mark.parametrize(
    ("label", "level"),
    [
        ("2nde", "seconde"),
        ("1ère", "premiere"),
        ("Tle", "terminale"),
        ("CAP 1", "cap1"),
        ("cap2", "cap2"),
        ("3e prépa métiers", "troisieme_prepa_metiers"),
        ("QUATRIEME_PREPA_METIERS", "quatrieme_prepa_metiers"),
    ],
)
def test_levels_are_known_by_code_and_as_schools_write_them(label: str, level: str) -> None:
    (pupil,) = read(f"Élan;Zoé;14/03/2009;{label};cap;").pupils

    assert pupil.schooling.level == level


@pytest.mark.parametrize("day", ["2009-02-29", "29/02/2009", "14/03/09", "14.03.2009", "", "hier", "00/00/0000"])
def test_what_is_no_date_is_reported_in_its_column(day: str) -> None:
    (problem,) = read(f"Élan;Zoé;{day};seconde;general;").problems

    assert (problem.line, problem.column, problem.code) == (2, "date_naissance", "birth_date_unreadable")


def test_a_quoted_line_break_does_not_shift_the_numbers_of_the_lines_after_it() -> None:
    found = read('"Él\nan";Zoé;14/03/2009;seconde;general;', "Élan;;14/03/2009;seconde;general;")

    assert [(problem.line, problem.code) for problem in found.problems] == [
        (2, "surname_unfit"),
        (4, "given_name_unfit"),
    ]


def test_every_problem_of_a_line_is_reported_at_once() -> None:
    (first, *rest) = read(";;hier;licorne;general;").problems

    assert first.code == "surname_unfit"
    assert [problem.code for problem in rest] == ["given_name_unfit", "birth_date_unreadable", "level_unknown"]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ClassListUnreadable) as refused:
        read("Élan;Zoé", heading="nom;prenom")

    assert "date_naissance" in refused.value.sentence


def test_a_file_of_more_than_twenty_megabytes_is_refused() -> None:
    with pytest.raises(ClassListUnreadable) as refused:
        ClassListFile(b"x" * 20_000_001)

    assert "20 Mo" in refused.value.sentence


@given(st.binary(max_size=400))
def test_whatever_bytes_come_they_are_read_or_refused(content: bytes) -> None:
    body = HEADING.encode() + b"\n" + content
    try:
        found = whole(body)
    except ClassListUnreadable:
        return
    bad_lines = {problem.line for problem in found.problems}
    assert found.lines_read == len(found.pupils) + len(bad_lines)


@given(
    st.lists(st.sampled_from(["Élan;Zoé;14/03/2009;seconde;general;", ";;hier;x;y;", ""]), max_size=12),
    st.integers(1, 5),
)
def test_a_file_read_in_parts_is_the_file_read_whole(lines: list[str], most: int) -> None:
    """Whatever the size of a part, each line is read once, under its own number."""
    file = ClassListFile("\n".join((HEADING, *lines)).encode())

    parts = [file.part(start, most, TODAY) for start in range(0, file.lines, most)]

    at_once = file.part(0, file.lines, TODAY)
    assert sum(part.lines_read for part in parts) == file.lines == at_once.lines_read
    assert tuple(pupil for part in parts for pupil in part.pupils) == at_once.pupils
    assert tuple(problem for part in parts for problem in part.problems) == at_once.problems


def test_a_report_keeps_counting_when_it_keeps_no_more_problems() -> None:
    """The first 5,000 problems are named; every faulty line is counted."""
    report = ImportReport("i", "p", "2025-2026", "=cmd.csv", 6_000, datetime(2025, 9, 1, tzinfo=UTC), file_id="f")
    file = ClassListFile("\n".join((HEADING, *(["Élan;;14/03/2009;seconde;general;"] * 6_000))).encode())

    report = report.with_part(file.part(0, 4_000, TODAY), 0)
    assert not report.is_loaded
    report = report.with_part(file.part(4_000, 4_000, TODAY), 0)

    assert (report.is_loaded, report.lines_faulty, len(report.problems)) == (True, 6_000, 5_000)


def test_a_report_as_csv_holds_our_words_alone() -> None:
    """No cell begins a formula, whatever the file and its name held."""
    report = ImportReport("i", "p", "2025-2026", "=cmd.csv", 1, datetime(2025, 9, 1, tzinfo=UTC), file_id="f")
    report = report.with_part(read("=1+1;@;+3;-4;=cmd;"), 0)

    lines = report_csv(report).decode("utf-8-sig").splitlines()

    assert lines[0] == "ligne;colonne;code;explication"
    assert len(lines) == 1 + len(report.problems)
    assert not [cell for line in lines for cell in line.split(";") if cell.strip('"')[:1] in "=+-@\t"]
