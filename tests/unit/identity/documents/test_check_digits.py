"""Check digits against the worked examples of ICAO Doc 9303."""

import pytest

from services.identity.domain.documents.check_digits import blind_class, check_digit
from services.identity.domain.documents.formats import LAYOUTS, Layout
from tests.unit.identity.documents.published_zones import PUBLISHED


@pytest.mark.parametrize(
    ("text", "digit"),
    [("520727", "3"), ("AB2134<<<", "5"), ("L898902C3", "6"), ("740812", "2"), ("ZE184226B<<<<<", "1"), ("", "0")],
)
def test_worked_examples(text: str, digit: str) -> None:
    """The weights 7, 3, 1 give the digits that Doc 9303 prints."""
    assert check_digit(text) == digit


def test_every_wrong_digit_is_seen() -> None:
    """Replacing one digit of a date by another always changes the check digit."""
    date = "740812"
    wrong = [date[:i] + d + date[i + 1 :] for i in range(6) for d in "0123456789" if d != date[i]]
    assert all(check_digit(text) != check_digit(date) for text in wrong)


@pytest.mark.parametrize("alike", ["1BLV", "6GQ", "0AKU<", "8IS", "5FPZ"])
def test_some_letters_are_not_told_apart(alike: str) -> None:
    """Characters of one blind class give one check digit: only what is declared can tell them apart."""
    assert len({blind_class(character) for character in alike}) == 1
    assert len({check_digit(f"AB{character}12") for character in alike}) == 1


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_checks_of_published_zones_hold(name: str) -> None:
    """Each layout places its check digits where the published zones have them."""
    lines = PUBLISHED[name]
    layout = LAYOUTS[name.split()[0]]
    assert [check.name for check in layout.all_checks if not check.holds(lines)] == []


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_lines_of_a_layout_have_one_width(layout: Layout) -> None:
    """Every line of a format is as wide as the format says."""
    widths = {"td1": 30, "td3": 44, "fr_card_2x36": 36}
    assert {len(kinds) for kinds in layout.kinds} == {widths[layout.name]}
