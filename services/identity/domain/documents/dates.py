"""Dates of machine readable zones: YYMMDD, whose century is found from a day of reference."""

from __future__ import annotations

from datetime import date


def past_date(text: str, on: date) -> date | None:
    """Return the latest day written YYMMDD that is not after `on`; None when there is no such day."""
    return _first_real(text, (on.year // 100 * 100, on.year // 100 * 100 - 100), latest=on)


def validity_date(text: str, on: date) -> date | None:
    """Return the day written YYMMDD that lies less than fifty years around `on`.

    No document is valid for fifty years, and one that ended fifty years ago is refused all the same.
    """
    digits = _digits(text)
    if digits is None:
        return None
    year = on.year - 50 + (digits[0] - (on.year - 50)) % 100
    return _day(year, digits[1], digits[2])


def is_calendar_day(text: str) -> bool:
    """Tell whether YYMMDD is a day of some century (29 February counts)."""
    digits = _digits(text)
    return digits is not None and _day(2000, digits[1], digits[2]) is not None


def _first_real(text: str, centuries: tuple[int, ...], latest: date) -> date | None:
    digits = _digits(text)
    if digits is None:
        return None
    days = (_day(century + digits[0], digits[1], digits[2]) for century in centuries)
    return next((day for day in days if day is not None and day <= latest), None)


def _digits(text: str) -> tuple[int, int, int] | None:
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return None
    return int(text[:2]), int(text[2:4]), int(text[4:])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
