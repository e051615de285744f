"""Texts that people read: what they may hold."""

from __future__ import annotations

import re
import unicodedata

from services.bonplan.domain.errors import TextLikeFormula, TextRefused, TextWithMarkup

# Control, invisible and direction-changing characters, half pairs, and line or paragraph separators.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# `<b>`, `</b>`, `<!--`, `<?xml`: pages escape what they show, a mail program or an export may not. `< 10 €` passes.
_TAG = re.compile(r"<\s*[A-Za-z/!?]")
_FORMULA_STARTS = frozenset("=+-@")


def line(value: str, field: str, most: int) -> str:
    """One line as it is kept: composed (NFC), trimmed, 1 to `most` characters, letters or digits among them.

    Raises TextRefused, TextWithMarkup, TextLikeFormula.
    """
    kept = _kept(value, field, most)
    # A tab is refused above; full-width signs are formulas to a spreadsheet too.
    if unicodedata.normalize("NFKC", kept[0])[:1] in _FORMULA_STARTS:
        raise TextLikeFormula(field)
    return kept


def paragraphs(value: str, field: str, most: int) -> str:
    """The same with line breaks, and with lists whose lines begin with a dash. Raises TextRefused, TextWithMarkup."""
    lines = value.replace("\r\n", "\n").split("\n")
    if any(_is_unreadable(each) for each in lines):
        raise TextRefused(field, most)
    kept = "\n".join(unicodedata.normalize("NFC", each).rstrip() for each in lines).strip()
    return _checked(kept, field, most)


def _kept(value: str, field: str, most: int) -> str:
    if len(value) > most or _is_unreadable(value):
        raise TextRefused(field, most)
    return _checked(unicodedata.normalize("NFC", value).strip(), field, most)


def _checked(kept: str, field: str, most: int) -> str:
    if len(kept) > most or not any(character.isalnum() for character in kept):
        raise TextRefused(field, most)
    if _TAG.search(unicodedata.normalize("NFKC", kept)):
        raise TextWithMarkup(field)
    return kept


def _is_unreadable(value: str) -> bool:
    return any(unicodedata.category(character) in _REFUSED for character in value)
