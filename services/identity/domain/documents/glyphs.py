"""What a machine takes for what: cleaning of raw text, typing by position, look-alike characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from services.identity.domain.documents.formats import Kind

_LATIN = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТУХІЅЈ",  # Greek, Cyrillic
    "ABEZHIKMNOPTYXABEKMHOPCTYXISJ",
)
_FOREIGN = str.maketrans(
    {
        **dict.fromkeys("‹＜〈([{€£°く", "<"),
        **dict.fromkeys("«《≪", "<<"),
        **dict.fromkeys("|!", "I"),
        **dict.fromkeys("$§", "S"),
        "&": "8",
    }
)
_OUTSIDE = re.compile(r"[^A-Z0-9<]")

# Letters with one digit that they are taken for. J is none of them: it stands for 1 and for 3, so it is left to the
# check digits, as the one correction of its field.
_AS_DIGIT = str.maketrans("OQDUCILTZEASGBYP", "0000011723456879")
_AS_LETTER = str.maketrans("012345678", "OIZEASGTB")
_TYPED = {
    Kind.DIGIT: _AS_DIGIT,
    Kind.CHECK: _AS_DIGIT,
    Kind.OFFICE: _AS_DIGIT,
    Kind.OPTIONAL_CHECK: str.maketrans("ODKC", "00<<"),
    Kind.LETTER: _AS_LETTER,
    Kind.SEX: str.maketrans("HNWEPK", "MMMFF<"),
    Kind.DOCUMENT: str.maketrans("1LTFR", "IIIPP"),
    Kind.DOCUMENT_SUBTYPE: str.maketrans("0OKC", "DD<<"),
    Kind.ANY: {},
}

_GROUPS = (
    "0OQDU", "1IL", "2Z", "5S", "8B", "6G", "4A", "7TY", "VY", "MNH", "KX", "CG", "3J", "1J", "38", "56", "69",
    "17", "EF", "PR", "UV", "<K", "<C", "08", "89", "L<",
)  # fmt: skip


def _look_alikes() -> Mapping[str, frozenset[str]]:
    pairs: dict[str, set[str]] = {}
    for group in _GROUPS:
        for character in group:
            pairs.setdefault(character, set()).update(set(group) - {character})
    return MappingProxyType({character: frozenset(others) for character, others in pairs.items()})


LOOK_ALIKES: Mapping[str, frozenset[str]] = _look_alikes()
"""Characters that OCR-B and a recogniser confuse, both ways; seen on specimens, not derived."""


def as_latin(text: str) -> str:
    """Return the text with letters that are drawn as ours (Greek, Cyrillic, wide ones): recognisers know them."""
    return unicodedata.normalize("NFKC", text).translate(_LATIN)


def clean(text: str) -> str:
    """Return the text in the alphabet of the zone (A-Z, 0-9, `<`), the rest dropped."""
    return _OUTSIDE.sub("", as_latin(text.upper()).translate(_FOREIGN))


def typed(line: str, kinds: str) -> str:
    """Return the line with each character turned into the kind that its position asks for.

    What has no look-alike of that kind stays as it is, and fails later where it should.
    """
    return "".join(
        character if Kind(kind).admits(character) else character.translate(_TYPED[Kind(kind)])
        for character, kind in zip(line, kinds, strict=False)
    )
