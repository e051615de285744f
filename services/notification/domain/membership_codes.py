"""The code that a young person hands to another authority: 12 random symbols and one that checks them.

Crockford's base 32 leaves out I, L, O and U, and reads i and l as 1, o as 0. The check is Luhn's, modulo 32: it tells
every single wrong symbol, and nearly every swap of two neighbours, without any look-up.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

from services.notification.domain.errors import MistypedCode

LIFE = timedelta(minutes=10)
# Wrong codes of one subscriber in one hour; 60 random bits need no more, a counter with many typing hands does.
MOST_WRONG_AN_HOUR = 20
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
_RANDOM_SYMBOLS = 12
_GROUP = 4


def new_code(draw: Callable[[int], int] = secrets.randbelow) -> str:
    """Thirteen symbols, as they are kept and compared."""
    drawn = "".join(_SYMBOLS[draw(len(_SYMBOLS))] for _ in range(_RANDOM_SYMBOLS))
    return drawn + _check_symbol(drawn)


def shown(code: str) -> str:
    """In groups, as people read and type it: XXXX-XXXX-XXXX-X."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def typed(text: str) -> str:
    """The code that somebody typed, however they spaced it. Raises MistypedCode."""
    symbols = "".join(text.upper().replace("-", " ").split()).translate(_LOOK_ALIKES)
    if len(symbols) != _RANDOM_SYMBOLS + 1 or any(symbol not in _SYMBOLS for symbol in symbols):
        raise MistypedCode
    if _check_symbol(symbols[:-1]) != symbols[-1]:
        raise MistypedCode
    return symbols


def _check_symbol(symbols: str) -> str:
    total = 0
    for place, symbol in enumerate(reversed(symbols)):
        value = _SYMBOLS.index(symbol) * (2 - place % 2)
        total += value // len(_SYMBOLS) + value % len(_SYMBOLS)
    return _SYMBOLS[-total % len(_SYMBOLS)]
