"""Texts that people read: what they may hold, and when two names are the same name."""

from __future__ import annotations

import re
import unicodedata

from services.partner.domain.errors import TextRefused

# Control, invisible and direction-changing characters, half pairs, and line or paragraph separators.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def public_text(value: str, field: str, most: int = 150) -> str:
    """The text as it is kept: composed (NFC), trimmed, at most `most` characters. Raises TextRefused.

    Markup stays what it is, characters: a page escapes what it shows.
    """
    if len(value) > most or any(unicodedata.category(character) in _REFUSED for character in value):
        raise TextRefused(field, most)
    kept = unicodedata.normalize("NFC", value).strip()
    if not folded(kept):
        raise TextRefused(field, most)
    return kept


def written_reason(value: str) -> str:
    """A reason that staff write, or "" when they wrote none. Raises TextRefused."""
    return public_text(value, "reason", most=1_000) if value.strip() else ""


def folded(value: str) -> str:
    """Letters and digits only, without case or accents: `L'Œuvre-d'Été` is `loeuvredete`."""
    decomposed = unicodedata.normalize("NFKD", value).casefold().translate(_LIGATURES)
    return re.sub(r"[\W_]", "", "".join(c for c in decomposed if not unicodedata.combining(c)))


def is_same_name(one: str, other: str) -> bool:
    """Whether two names differ in case, accents, spaces and punctuation at most."""
    return folded(one) == folded(other)
