"""Writing the machine readable zone of a specimen.

Written apart from the code that reads zones, so that each is a check of the other.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from specimens.holder import Holder

_LETTERS = "BCDFGHJKLMNPRTVWXYZ"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def zone_lines(holder: Holder, document_format: str, seed: int) -> tuple[str, ...]:
    """Return the lines of the zone in one of `FORMATS`; the seed draws the number.

    Raises ValueError for another format.
    """
    if document_format not in _WRITERS:
        raise ValueError(f"unknown format {document_format!r}: one of {', '.join(_WRITERS)}")
    return _WRITERS[document_format](holder, random.Random(f"number {seed}"))  # noqa: S311


def _td1(holder: Holder, draw: random.Random, code: str = "ID", nationality: str = "FRA") -> tuple[str, ...]:
    number = _with_digit("".join(draw.choices("0123456789" + _LETTERS, k=9)))
    first = f"{code}FRA{number}".ljust(30, "<")
    birth, expiry = _dated(holder.birth_date), _dated(holder.last_day)
    second = f"{birth}{holder.sex}{expiry}{nationality}".ljust(29, "<")
    overall = _digit(first[5:] + birth + expiry + second[18:29])
    return first, second + overall, _names(holder, 30)


def _residence_permit(holder: Holder, draw: random.Random) -> tuple[str, ...]:
    return _td1(holder, draw, "IR", "UTO")  # Utopia, the country of specimens (Doc 9303)


def _td3(holder: Holder, draw: random.Random) -> tuple[str, ...]:
    number = _with_digit(_digits(draw, 2) + "".join(draw.choices(_LETTERS, k=2)) + _digits(draw, 5))
    birth, expiry = _dated(holder.birth_date), _dated(holder.last_day)
    second = f"{number}FRA{birth}{holder.sex}{expiry}".ljust(42, "<") + "0"
    return "P<FRA" + _names(holder, 39), second + _digit(second[:10] + second[13:20] + second[21:])


def _french_card_before_2021(holder: Holder, draw: random.Random) -> tuple[str, ...]:
    office = _digits(draw, 3)
    first = ("IDFRA" + _spelled(holder.surname))[:30].ljust(30, "<") + office + _digits(draw, 3)
    number = _with_digit(f"{holder.issued_on:%y%m}{office}{_digits(draw, 5)}")
    given_names = "<<".join(_spelled(name) for name in holder.given_names.split())[:14].ljust(14, "<")
    second = f"{number}{given_names}{_dated(holder.birth_date)}{holder.sex}"
    return first, second + _digit(first + second)


_WRITERS: Mapping[str, Callable[[Holder, random.Random], tuple[str, ...]]] = {
    "td1": _td1,
    "td3": _td3,
    "fr_card_2x36": _french_card_before_2021,
    "residence_permit": _residence_permit,
}
FORMATS = tuple(_WRITERS)


def _names(holder: Holder, width: int) -> str:
    return f"{_spelled(holder.surname)}<<{_spelled(holder.given_names)}"[:width].ljust(width, "<")


def _spelled(name: str) -> str:
    """The name in A-Z: accents and apostrophes gone, one filler for each space or hyphen."""
    plain = unicodedata.normalize("NFD", name.upper().replace("Œ", "OE").replace("Æ", "AE"))
    letters = "".join("<" if c in " -" else c for c in plain)
    return "".join(c for c in letters if c == "<" or "A" <= c <= "Z")


def _dated(day: date) -> str:
    return _with_digit(f"{day:%y%m%d}")


def _digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choices("0123456789", k=count))


def _with_digit(text: str) -> str:
    return text + _digit(text)


def _digit(text: str) -> str:
    values = (0 if c == "<" else _ALPHABET.index(c) for c in text)
    return str(sum(value * (7, 3, 1)[i % 3] for i, value in enumerate(values)) % 10)
