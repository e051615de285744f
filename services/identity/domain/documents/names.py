"""Names as they are compared: folded to the alphabet of the zone, word by word."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

_INSIDE_A_WORD = re.compile(r"['’ʼ`´.]")
_BETWEEN_WORDS = re.compile(r"[^A-Z0-9]+")


def folded(name: str) -> tuple[str, ...]:
    """Return the words of a name in A-Z, as a zone would write them.

    Accents go, hyphens separate, apostrophes vanish (Doc 9303 part 3, section 4.6): `D'Arc-Élie`
    gives DARC, ELIE. Anything that is not a letter or a digit separates.
    """
    without_apostrophes = _INSIDE_A_WORD.sub("", unicodedata.normalize("NFC", name))
    return tuple(word for word in _BETWEEN_WORDS.split(anyascii(without_apostrophes).upper()) if word)
