"""How days are written for people: the French way."""

from __future__ import annotations

from datetime import date

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_NO_BREAK_SPACE = "\u00a0"


def written_day(day: date) -> str:
    """1er septembre 2025: the first of a month alone is an ordinal; the day and its month stay on one line."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{_NO_BREAK_SPACE}{_MONTHS[day.month - 1]} {day.year}"
