"""What a member of staff compares with the reading, cut out of the picture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from services.identity.adapters.card_reader.geometry import Corners, cut, rectangle
from services.identity.adapters.card_reader.pixels import Pixels
from services.identity.domain.documents import Crop, CropLabel

_MARGIN = 0.6  # of the height of a line
_WIDEST_PX = 1200
_JPEG_QUALITY = 80


def crop(pixels: Pixels, label: CropLabel, side: int, pieces: Sequence[Corners]) -> Crop | None:
    """Return a level cut around these pieces of a side (counted from 0), 1,200 px wide at most; None without any."""
    if not pieces:
        return None
    widest = max(pieces, key=lambda box: float(np.linalg.norm(box[1] - box[0])))
    part = cut(pixels, _around(pieces, widest))
    scale = min(1.0, _WIDEST_PX / part.shape[1])
    smaller = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", smaller, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return Crop(label, side + 1, jpeg.tobytes())


def _around(pieces: Sequence[Corners], widest: Corners) -> Corners:
    """One rectangle in the direction of the widest piece, with a margin."""
    along = widest[1] - widest[0]
    angle = float(np.arctan2(along[1], along[0]))
    axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    placed = np.concatenate(list(pieces)) @ axes.T
    margin = _MARGIN * float(np.linalg.norm(widest[3] - widest[0]))
    low, high = placed.min(axis=0) - margin, placed.max(axis=0) + margin
    centre = ((low + high) / 2) @ axes
    return rectangle(centre, float(high[0] - low[0]), float(high[1] - low[1]), angle)
