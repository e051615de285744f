"""Amounts and days as the French write them."""

from __future__ import annotations

from datetime import date

from anyascii import anyascii

_NARROW_SPACE = "\u202f"
_NO_BREAK_SPACE = "\u00a0"
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def euros(cents: int) -> str:
    """An amount in cents as `1 234,50 €`."""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", _NARROW_SPACE)
    return f"{'-' if cents < 0 else ''}{grouped},{rest:02d}{_NO_BREAK_SPACE}€"


def long_day(day: date) -> str:
    """A day as `mardi 1er juillet 2025`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{_DAYS[day.weekday()]} {number} {_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """A day as `01/07/2025`."""
    return day.strftime("%d/%m/%Y")


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 jeune`, `2 jeunes`; zero is singular in French."""
    return f"{number} {one if number < 2 else many or one + 's'}"


def of(name: str) -> str:
    """`de Zoé`, `d’Inès`."""
    return f"d’{name}" if anyascii(name[0]).upper() in "AEIOU" else f"de {name}"
