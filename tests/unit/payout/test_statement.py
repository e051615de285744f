"""What a partner's statement looks like."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest

from chassis.clock import PARIS
from services.payout.domain.amounts import decimal_comma, euros
from services.payout.domain.errors import StatementTooLong
from services.payout.domain.french_days import written_day
from services.payout.domain.statement import MOST_PRINTED, StatementLine, require_printable, sections, statement

AT = datetime(2025, 10, 26, 14, 3, 5, tzinfo=PARIS)


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_each_movement_is_a_line_and_the_last_one_adds_up() -> None:
    """Dates and amounts as the French write them."""
    made = statement(
        [
            StatementLine(AT, "Atouts Culture & Sport", "Cinéma", "ref-1", 123450),
            StatementLine(AT, "Atouts Culture & Sport", "Cinéma", "ref-2", -650),
        ]
    )
    assert (made.movements, made.total_cents) == (2, 122800)
    assert _rows(made.text)[1:] == [
        ["26/10/2025", "14:03:05", "Atouts Culture & Sport", "Cinéma", "ref-1", "1234,50"],
        ["26/10/2025", "14:03:05", "Atouts Culture & Sport", "Cinéma", "ref-2", "-6,50"],
        ["Total", "", "", "", "", "1228,00"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_runs_as_a_formula(start: str) -> None:
    """A title that starts like one becomes text."""
    made = statement([StatementLine(AT, f'{start}HYPERLINK("x";"y")', "Livres", "ref", 100)])
    assert _rows(made.text)[1][2].startswith(f"'{start}")


def test_sections_hold_each_benefit_s_lines_in_order_of_the_titles() -> None:
    """Two schemes may name a benefit alike: they stay apart."""
    made = sections(
        [
            StatementLine(AT, "Livres", "Manuels", "ref-1", 100),
            StatementLine(AT, "Culture", "Cinéma", "ref-2", 200),
            StatementLine(AT, "Livres", "Manuels", "ref-3", -40),
            StatementLine(AT, "Livres", "Cinéma", "ref-4", 5),
        ]
    )
    assert [(each.scheme_title, each.benefit_title, each.total_cents) for each in made] == [
        ("Culture", "Cinéma", 200),
        ("Livres", "Cinéma", 5),
        ("Livres", "Manuels", 60),
    ]
    assert [line.reference for line in made[-1].lines] == ["ref-1", "ref-3"]


def test_a_statement_too_long_for_paper_is_refused_with_its_length() -> None:
    """It exists as CSV."""
    require_printable(MOST_PRINTED)
    with pytest.raises(StatementTooLong) as refused:
        require_printable(MOST_PRINTED + 1)
    assert (refused.value.movements, refused.value.most) == (MOST_PRINTED + 1, MOST_PRINTED)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2025, 9, 1), "1er\u00a0septembre 2025"),
        (date(2026, 2, 28), "28\u00a0février 2026"),
        (date(2025, 8, 31), "31\u00a0août 2025"),
    ],
)
def test_days_are_written_the_french_way(day: date, written: str) -> None:
    """Only the first of a month is an ordinal."""
    assert written_day(day) == written


@pytest.mark.parametrize(
    ("cents", "for_people", "for_spreadsheets"),
    [
        (0, "0,00\u00a0€", "0,00"),
        (5, "0,05\u00a0€", "0,05"),
        (-5, "-0,05\u00a0€", "-0,05"),
        (123456789, "1\u202f234\u202f567,89\u00a0€", "1234567,89"),
    ],
)
def test_amounts_are_written_the_french_way(cents: int, for_people: str, for_spreadsheets: str) -> None:
    """Grouped for people, plain for spreadsheets."""
    assert euros(cents) == for_people
    assert decimal_comma(cents) == for_spreadsheets
