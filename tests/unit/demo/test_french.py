"""Amounts and days in the story are written as the French write them."""

from datetime import date

import pytest

from demo.french import counted, euros, long_day, of, short_day


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0,00 €"),
        (5, "0,05 €"),
        (1250, "12,50 €"),
        (123450, "1 234,50 €"),
        (123456789, "1 234 567,89 €"),
        (-1250, "-12,50 €"),
    ],
)
def test_an_amount_has_a_comma_groups_of_three_and_a_space_that_does_not_break(cents: int, written: str) -> None:
    assert euros(cents) == written.replace(" €", "\u00a0€").replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2025, 7, 1), "mardi 1er juillet 2025"),
        (date(2026, 2, 20), "vendredi 20 février 2026"),
    ],
)
def test_the_first_of_a_month_is_ordinal_and_the_other_days_are_not(day: date, written: str) -> None:
    assert long_day(day) == written


def test_a_short_day_begins_with_the_day() -> None:
    assert short_day(date(2025, 9, 3)) == "03/09/2025"


@pytest.mark.parametrize(("number", "written"), [(0, "0 élève"), (1, "1 élève"), (2, "2 élèves")])
def test_zero_is_singular(number: int, written: str) -> None:
    assert counted(number, "élève") == written


def test_a_plural_of_its_own_is_used() -> None:
    assert counted(3, "cheval", "chevaux") == "3 chevaux"


@pytest.mark.parametrize(("name", "written"), [("Zoé", "de Zoé"), ("Éléonore", "d’Éléonore"), ("Inès", "d’Inès")])
def test_a_vowel_takes_the_e_of_de(name: str, written: str) -> None:
    assert of(name) == written
