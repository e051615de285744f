"""How cents are written for people: the French way."""

from __future__ import annotations

_NARROW_SPACE = "\u202f"
_NO_BREAK_SPACE = "\u00a0"


def euros(cents: int) -> str:
    """1 234,50 € for 123450 cents, with the spaces of French typography."""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", _NARROW_SPACE)
    return f"{_sign(cents)}{grouped},{rest:02d}{_NO_BREAK_SPACE}€"


def decimal_comma(cents: int) -> str:
    """1234,50 for 123450 cents: no grouping, so that a spreadsheet reads a number."""
    whole, rest = divmod(abs(cents), 100)
    return f"{_sign(cents)}{whole},{rest:02d}"


def _sign(cents: int) -> str:
    return "-" if cents < 0 else ""
