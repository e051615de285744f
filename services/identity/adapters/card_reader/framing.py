"""Is the document whole, and alone? Asked of what was read, never of the picture's colours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from services.identity.adapters.card_reader.pixels import Pixels
from services.identity.adapters.card_reader.spotting import Spot
from services.identity.domain.documents.glyphs import clean

_EDGE_SHARE = 0.012
_DATED_LINES = re.compile(r"[0-9]{7}[MFX<][0-9]{7}|[A-Z<]{6}[0-9]{7}[MFX][0-9]$")
"""Birth date, sex and expiry (or the end of the line): every document has one such line."""


def is_cut_off(pixels: Pixels, zone_spots: Sequence[Spot]) -> bool:
    """Tell whether a line of the zone runs out of the picture."""
    height, width = pixels.shape[:2]
    margin_x, margin_y = width * _EDGE_SHARE, height * _EDGE_SHARE
    for spot in zone_spots:
        (left, _), (right, bottom) = spot.corners.min(axis=0), spot.corners.max(axis=0)
        if left < margin_x or right > width - margin_x or bottom > height - margin_y:
            return True
    return False


def count_documents(zone_spots: Iterable[Spot]) -> int:
    """Return how many lines were read of which each document has one."""
    return sum(_DATED_LINES.search(clean(spot.text)) is not None for spot in zone_spots)
