"""Codes that people type: Crockford's base 32 with a check character at the end, shown in groups of four.

The check character is a polynomial over GF(32): it finds every single wrong character, and every two that changed
places.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": "", "\u00a0": "", "\u202f": ""})
_FIELD = 0b100101  # x^5 + x^2 + 1, primitive


def written(number: int, length: int) -> str:
    """The lowest 5 bits a character, the highest first."""
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(length)))


def with_check(body: str, mark: int = 0) -> str:
    """`mark` (0 to 31) tells kinds of code of one length apart: a code of one is no right code of another."""
    return body + ALPHABET[_times_x(_remainder(body)) ^ mark]


def is_right(text: str, mark: int = 0) -> bool:
    """Whether a plain text ends with its own check character."""
    return _remainder(text) == mark


def plain(text: str) -> str:
    """What was typed, as it was meant: case, spaces, dashes, O for 0, I and L for 1. May be no code at all."""
    return text.upper().translate(_READ_AS)


def is_plain(text: str, length: int) -> bool:
    return len(text) == length and all(letter in _VALUES for letter in text)


def grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _remainder(text: str) -> int:
    remainder = 0
    for letter in text:
        remainder = _times_x(remainder) ^ _VALUES[letter]
    return remainder


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD if doubled & 32 else doubled
