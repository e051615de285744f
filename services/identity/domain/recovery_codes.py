"""Recovery codes: what opens an account whose second factor is lost."""

from __future__ import annotations

import secrets

CODES_AT_ONCE = 10
_SYMBOLS = "23456789abcdefghjkmnpqrstuvwxyz"  # none is read as another
_HALF = 5
_DIGITS_OF_A_FACTOR = 6


def fresh_codes() -> list[str]:
    """Ten codes as `abcde-fghjk`, some 49 bits each: with ten tries a quarter of an hour nobody guesses one."""
    return [f"{_half()}-{_half()}" for _ in range(CODES_AT_ONCE)]


def normal_code(typed: str) -> str:
    """A recovery code in its one form, however it was typed; empty when it cannot be one."""
    bare = "".join(symbol for symbol in typed.casefold() if symbol in _SYMBOLS)
    return f"{bare[:_HALF]}-{bare[_HALF:]}" if len(bare) == 2 * _HALF else ""


def is_factor_code(typed: str) -> bool:
    """Whether it can only be the six digits of a second factor."""
    return len(typed) == _DIGITS_OF_A_FACTOR and typed.isdecimal()


def _half() -> str:
    return "".join(secrets.choice(_SYMBOLS) for _ in range(_HALF))
