"""Check digits of machine readable zones (ICAO Doc 9303, part 3, section 4.9)."""

from __future__ import annotations

_WEIGHTS = (7, 3, 1)
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}


def check_digit(text: str) -> str:
    """Return the digit that protects `text`, made of A-Z, 0-9 and `<`.

    The sum is taken modulo 10, so the digit cannot tell apart characters whose values are ten or
    twenty apart: 1, B, L and V, for one. Single wrong *digits* are always seen.
    Raises KeyError for any other character.
    """
    total = sum(_VALUES[character] * _WEIGHTS[index % 3] for index, character in enumerate(text))
    return str(total % 10)


def blind_class(character: str) -> int:
    """Return the class of characters that no check digit tells apart from this one (0 to 9)."""
    return _VALUES[character] % 10
