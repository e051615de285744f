"""The code that a person with a place shows at the door."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

# No I, L, O, 0 or 1: a code is read aloud, and typed from a piece of paper.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 6


def new_code(is_used: Callable[[str], bool]) -> str:
    """A code that the offer does not use yet; it cannot be guessed from another."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not is_used(code):
            return code


def new_codes(count: int) -> Iterator[str]:
    """As many different codes, for an offer that has none."""
    given: set[str] = set()
    for _ in range(count):
        code = new_code(given.__contains__)
        given.add(code)
        yield code
