"""One specimen as the bytes of a picture file."""

from __future__ import annotations

from specimens.face import face
from specimens.holder import Holder
from specimens.wear import photographed
from specimens.zone import zone_lines


def card(person: Holder, *, format: str = "td1", difficulty: int = 1, seed: int) -> bytes:  # noqa: A002
    """Return a picture of the holder's document: PNG at difficulty 1, JPEG at 2 and 3.

    `format` is `td1` (card since 2021), `fr_card_2x36` (card before) or `td3` (passport). The same
    arguments give the same bytes. Raises ValueError for another format or difficulty, and
    FontMissingError when OCR-B cannot be had.
    """
    lines = zone_lines(person, format, seed)
    return photographed(face(person, lines, format, seed), difficulty, seed)
