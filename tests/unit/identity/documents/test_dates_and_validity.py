"""Centuries of two-digit years, and until when a document is valid."""

from datetime import date

import pytest

from services.identity.domain.documents import DocumentFields, ZoneName
from services.identity.domain.documents.dates import is_calendar_day, past_date, validity_date
from services.identity.domain.documents.validity import LastDay, Validity, last_day, validity

ON = date(2025, 9, 1)


def document(*, number: str = "", birth_date: date = date(1985, 1, 1), expiry: date | None = None) -> DocumentFields:
    """A document of which only the dates matter."""
    name = ZoneName("LABULLE")
    return DocumentFields("fr_card_2x36", name, name, birth_date, "F", number, expiry, "FRA")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("250901", date(2025, 9, 1)),  # born today
        ("250902", date(1925, 9, 2)),  # tomorrow is a century ago
        ("100215", date(2010, 2, 15)),
        ("000229", date(2000, 2, 29)),
        ("260229", None),  # neither 2026 nor 1926 has this day
        ("100231", None),
        ("10<<15", None),
        ("", None),
    ],
)
def test_birth_dates_are_past(text: str, day: date | None) -> None:
    """A birth date is the latest such day that is not in the future."""
    assert past_date(text, ON) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("350901", date(2035, 9, 1)),
        ("990101", date(1999, 1, 1)),
        ("741231", date(2074, 12, 31)),
        ("750101", date(1975, 1, 1)),
        ("3509XX", None),
    ],
)
def test_validity_dates_are_near(text: str, day: date | None) -> None:
    """An expiry lies within fifty years of the day of the check."""
    assert validity_date(text, ON) == day


def test_calendar_days() -> None:
    """Any day of some century is one, 31 April and month 13 are not."""
    assert [is_calendar_day(text) for text in ("000229", "990430", "990431", "991301", "٩٩٠١٠١")] == [
        True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 8, 31), Validity.VALID),
        (date(2025, 9, 1), Validity.VALID),  # the last day counts
        (date(2025, 9, 2), Validity.EXPIRED),
    ],
)
def test_a_printed_expiry_is_the_last_day(on: date, expected: Validity) -> None:
    """A document is valid until the end of the day that it prints."""
    assert validity(document(expiry=date(2025, 9, 1)), on) is expected


ADULT, MINOR = date(1985, 1, 1), date(1999, 6, 15)


@pytest.mark.parametrize(
    ("number", "birth_date", "earliest", "latest"),
    [
        ("1909075", ADULT, date(2029, 8, 31), date(2029, 9, 29)),  # ten years
        ("1312075", ADULT, date(2028, 11, 30), date(2028, 12, 30)),  # the last month of fifteen years
        ("1401075", ADULT, date(2023, 12, 31), date(2024, 1, 30)),
        ("0401075", ADULT, date(2013, 12, 31), date(2019, 1, 30)),  # 1 January 2004 is a day too early
        ("1206075", MINOR, date(2022, 5, 31), date(2022, 6, 29)),  # a minor's card is never extended
        ("1206075", date(1994, 6, 15), date(2022, 5, 31), date(2027, 6, 29)),  # eighteen during the month
    ],
)
def test_cards_before_2021_say_their_month_of_issue(
    number: str, birth_date: date, earliest: date, latest: date
) -> None:
    """Ten years from issue, fifteen for adults' cards of 2 January 2004 to 31 December 2013."""
    assert last_day(document(number=number, birth_date=birth_date), ON) == LastDay(earliest, latest)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2029, 8, 31), Validity.VALID),
        (date(2029, 9, 15), Validity.UNCLEAR),  # the day of issue is not printed in the zone
        (date(2029, 9, 30), Validity.EXPIRED),
    ],
)
def test_the_month_of_expiry_is_unclear(on: date, expected: Validity) -> None:
    """Within the last month only a person who sees the printed date can tell."""
    assert validity(document(number="190907512345"), on) is expected


def test_a_number_without_a_month_is_unclear() -> None:
    """A number that does not begin with a month gives no validity."""
    assert validity(document(number="199907512345"), ON) is Validity.UNCLEAR
