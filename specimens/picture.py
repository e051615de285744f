"""Specimens as the bytes of picture files."""

from __future__ import annotations

from PIL import Image

from specimens.face import TWO_SIDED, back, face, front
from specimens.holder import Holder
from specimens.wear import photographed
from specimens.zone import zone_lines


def card(
    person: Holder,
    *,
    format: str = "td1",  # noqa: A002
    difficulty: int = 1,
    seed: int,
    coded: Holder | None = None,
) -> bytes:
    """Return one picture of the holder's document: PNG at difficulty 1, JPEG at 2 and 3.

    `format` is `td1` (card since 2021), `fr_card_2x36` (card before), `td3` (passport) or `residence_permit`; of
    a document in two sides it is a copy that shows both. `coded` is whom the zone names, when it is a forgery. The
    same arguments give the same bytes. Raises ValueError for another format or difficulty, and FontMissingError
    when OCR-B cannot be had.
    """
    lines = zone_lines(coded or person, format, seed)
    return photographed(face(person, lines, format, seed), difficulty, seed)


def sides(
    person: Holder,
    *,
    format: str = "td1",  # noqa: A002
    difficulty: int = 1,
    seed: int,
    coded: Holder | None = None,
    seal: Image.Image | None = None,
) -> tuple[bytes, ...]:
    """Return the document as its holder photographs it: front and back where they differ, else one picture.

    `seal` is a code to print on the back. Arguments and errors are otherwise those of `card`.
    """
    if format not in TWO_SIDED:
        return (card(person, format=format, difficulty=difficulty, seed=seed, coded=coded),)
    lines = zone_lines(coded or person, format, seed)
    drawn = (front(person, lines, format, seed), back(person, lines, format, seed, seal))
    return tuple(photographed(side, difficulty, seed + number) for number, side in enumerate(drawn))
