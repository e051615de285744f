"""From scattered pieces of text to printed rows, and to the band of the picture that holds the zone."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from services.identity.adapters.card_reader.pixels import Pixels
from services.identity.adapters.card_reader.spotting import Spot
from services.identity.domain.documents.glyphs import clean

_WIDEST_ZONE = 46  # characters, a little more than the widest format
_MOST_ROWS = 4
_BAND_WIDTH_PX = 1200
_MOST_ENLARGED = 3.2
_STRIP_HEIGHT_PX = 760
_PAPER = 225


def rows_of(spots: Sequence[Spot]) -> list[str]:
    """Return the text row by row, top to bottom, its pieces joined left to right."""
    return ["".join(spot.text for spot in row) for row in level_rows(spots)]


def level_rows(spots: Sequence[Spot]) -> list[list[Spot]]:
    """Return the pieces row by row, top to bottom, each row left to right."""
    if not spots:
        return []
    level = turn(-max(spots, key=lambda spot: spot.width).angle_rad)
    rows: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda spot: float((level @ spot.centre)[1])):
        row = next((row for row in rows if _is_beside(spot, row[0], level)), None)
        if row is None:
            rows.append([spot])
        else:
            row.append(spot)
    return [sorted(row, key=lambda spot: float((level @ spot.centre)[0])) for row in rows]


def turn(angle_rad: float) -> NDArray[np.float64]:
    """Return the 2 × 2 matrix that turns a point by this angle."""
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[cos, -sin], [sin, cos]])


def is_zone_like(text: str) -> bool:
    """Tell whether a piece of text may be of a zone: it holds fillers, or many digits."""
    cleaned = clean(text)
    return len(cleaned) >= 12 and (cleaned.count("<") >= 2 or sum(c.isdigit() for c in cleaned) >= 9)


def zone_band(pixels: Pixels, spots: Sequence[Spot]) -> Pixels | None:
    """Return a level grey crop, enlarged, around the lowest rows that look like a zone's.

    It is wider than what was seen, because detectors stop inside the pale run of `<`. None when no row
    looks like one.
    """
    rows = sorted((spot for spot in spots if is_zone_like(spot.text)), key=lambda spot: -spot.centre[1])[:_MOST_ROWS]
    if not rows:
        return None
    widest = max(rows, key=lambda spot: spot.width)
    level = turn(-widest.angle_rad)
    corners = np.concatenate([row.corners for row in rows]) @ level.T
    left_top, right_bottom = _widened(corners, widest.height, max(len(clean(row.text)) for row in rows))
    centre = ((left_top + right_bottom) / 2) @ level
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return _cut(grey, centre, right_bottom - left_top, widest.angle_rad)


def flattened(grey: Pixels) -> Pixels:
    """Return the crop without shadow or glare: divided by its own background."""
    small = cv2.medianBlur(cv2.resize(grey, None, fx=0.25, fy=0.25), 21)
    background = cv2.resize(small, (grey.shape[1], grey.shape[0]))
    return np.asarray(cv2.divide(grey, background, scale=_PAPER), dtype=np.uint8)


def as_strip(grey: Pixels) -> Pixels:
    """Return the crop in three channels, in the middle of a page's worth of paper: detectors know pages, not strips."""
    cropped = grey[: int(grey.shape[1] * 0.6)]
    margin = max(0, _STRIP_HEIGHT_PX - cropped.shape[0]) // 2
    padded = cv2.copyMakeBorder(cropped, margin, margin, 10, 10, cv2.BORDER_CONSTANT, value=_PAPER)
    return np.asarray(cv2.cvtColor(padded, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _is_beside(spot: Spot, other: Spot, level: NDArray[np.float64]) -> bool:
    drop = abs(float((level @ (spot.centre - other.centre))[1]))
    return drop < 0.5 * min(spot.height, other.height)


def _widened(
    corners: NDArray[np.float64], line_height: float, longest: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Corners (left top, right bottom) of the band: to the right as far as the missing characters go."""
    left_top, right_bottom = corners.min(axis=0), corners.max(axis=0)
    width = right_bottom[0] - left_top[0]
    to_the_right = width * min(1.0, max(0.08, _WIDEST_ZONE / longest - 0.95))
    above = line_height * 1.3
    return left_top - np.array([0.06 * width, above]), right_bottom + np.array([to_the_right, above])


def _cut(grey: Pixels, centre: NDArray[np.float64], size: NDArray[np.float64], angle_rad: float) -> Pixels:
    """The rectangle of this centre, size and direction, level, brought to the band's width."""
    scale = min(_MOST_ENLARGED, _BAND_WIDTH_PX / float(size[0]))
    about = (float(centre[0]), float(centre[1]))
    matrix = np.array(cv2.getRotationMatrix2D(about, float(np.degrees(angle_rad)), scale), dtype=np.float64)
    matrix[:, 2] += size * scale / 2 - centre
    target = (max(1, int(size[0] * scale)), max(1, int(size[1] * scale)))
    turned = cv2.warpAffine(grey, matrix, target, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, dtype=np.uint8)
