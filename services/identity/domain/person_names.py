"""Names as people write them: cleaned of what no name has, never judged for what it is."""

from __future__ import annotations

import unicodedata

from services.identity.domain.refusals import NameUnfit

LONGEST_NAME = 100
MOST_GIVEN_NAMES = 10
# Controls and line breaks; formats (reading direction, zero width); surrogates, private use, unassigned.
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def fit_name(text: str, field: str) -> str:
    """One name, composed (NFC), with single spaces. Raises NameUnfit naming `field`."""
    if any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in text):
        raise NameUnfit(field)
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= LONGEST_NAME or not any(character.isalpha() for character in name):
        raise NameUnfit(field)
    return name


def fit_given_names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """One to ten given names. Raises NameUnfit."""
    if not 1 <= len(texts) <= MOST_GIVEN_NAMES:
        raise NameUnfit("given_names")
    return tuple(fit_name(text, "given_names") for text in texts)
