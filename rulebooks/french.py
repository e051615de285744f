"""Amounts, days and the language's closed lists, written the French way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from rulebooks.schedule import Window

_NARROW_SPACE = "\u202f"
_NO_BREAK_SPACE = "\u00a0"
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        "qr": "QR code lu par le caissier",
        "number": "code saisi dans l'espace partenaire",
        "till": "logiciel de caisse du partenaire",
        "terminal": "terminal de paiement",
        "nfc": "sans contact",
        "voucher": "coupon de prépaiement",
        "external": "site d'un autre opérateur",
    }
)


def grouped(number: int) -> str:
    """1 234 for 1234."""
    return f"{number:,}".replace(",", _NARROW_SPACE)


def euros(cents: int) -> str:
    """30 € for 3000 cents, 1 234,50 € for 123450."""
    whole, rest = divmod(abs(cents), 100)
    decimals = f",{rest:02d}" if rest else ""
    return f"{'-' if cents < 0 else ''}{grouped(whole)}{decimals}{_NO_BREAK_SPACE}€"


def written_day(day: date) -> str:
    """1er septembre 2025: the first of a month alone is an ordinal."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{_NO_BREAK_SPACE}{_MONTHS[day.month - 1]} {day.year}"


def written_window(window: Window) -> str:
    return f"du {written_day(window.opens_on)} au {written_day(window.closes_on)}"


def counted(count: int, noun: str) -> str:
    """2 tickets, 1 ticket: French counts nought and one in the singular; of several words the first takes the s."""
    first, *rest = noun.split(" ")
    plural = first if count < 2 or first.endswith(("s", "x")) else f"{first}s"
    return " ".join([grouped(count), plural, *rest])


def listed(words: Iterable[str], joined_by: str = "et") -> str:
    """a, b et c."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} {joined_by} {last}" if first else last
