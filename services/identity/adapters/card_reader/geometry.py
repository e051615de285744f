"""Boxes on a picture, and what is cut along them."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from services.identity.adapters.card_reader.pixels import Pixels

Corners: TypeAlias = NDArray[np.float64]
"""4 × 2: x and y in pixels, clockwise from the top left as the text is read."""


def in_order(points: Corners) -> Corners:
    """Return four points clockwise from the top left, for a box that is turned by less than 45 degrees."""
    by_x = points[np.argsort(points[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array([left[0], right[0], right[1], left[1]])


def quarter_turned(points: Corners, height_px: int, width_px: int, quarters: int) -> Corners:
    """Return where points of a picture of this size stand once `np.rot90` turned it (anticlockwise)."""
    for _ in range(quarters % 4):
        points = np.stack([points[:, 1], width_px - 1 - points[:, 0]], axis=1)
        height_px, width_px = width_px, height_px
    return in_order(points)


def cut(pixels: Pixels, corners: Corners, *, stretch: float = 1.0) -> Pixels:
    """Return the box, level; `stretch` makes it wider than it is, so that narrow signs part."""
    width = max(4, round(float(np.linalg.norm(corners[1] - corners[0])) * stretch))
    height = max(4, round(float(np.linalg.norm(corners[3] - corners[0]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    warped = cv2.warpPerspective(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, dtype=np.uint8)


def rectangle(centre: Corners, width: float, height: float, angle_rad: float) -> Corners:
    """Return the corners of a rectangle around a centre, its upper edge in this direction."""
    along = np.array([np.cos(angle_rad), np.sin(angle_rad)]) * width / 2
    down = np.array([-np.sin(angle_rad), np.cos(angle_rad)]) * height / 2
    return np.array([centre - along - down, centre + along - down, centre + along + down, centre - along + down])
