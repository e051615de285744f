"""Texts that people read: what they may hold, and when two names are the same name."""

from __future__ import annotations

import re
import unicodedata

from services.partner.domain.errors import FormulaInText, MarkupInText, TextRefused

# Control, invisible and direction-changing characters, half pairs, and line or paragraph separators.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TAG_SIGNS = frozenset("<>")
_FORMULA_SIGNS = frozenset("=+-@")
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


def public_name(value: str, field: str, most: int = 150) -> str:
    """A text that others show and put into tables: a name, a holder, a street, a city.

    Refused rather than escaped, because it leaves the platform in files whose readers are not ours. Signs count by what
    they are compatible with: a full-width `＝` starts a formula too.
    Raises TextRefused, MarkupInText, FormulaInText.
    """
    kept = public_text(value, field, most)
    plain = unicodedata.normalize("NFKC", kept).strip()
    if _TAG_SIGNS & set(plain):
        raise MarkupInText(field)
    if plain[0] in _FORMULA_SIGNS:
        raise FormulaInText(field, plain[0])
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
