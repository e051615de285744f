"""Is a picture worth reading? What is refused here costs no recognition, and tells what to do better."""

from __future__ import annotations

import cv2
import numpy as np

from services.identity.adapters.card_reader.pixels import Pixels
from services.identity.domain.documents.reasons import Reason

_SHORTEST_LONG_SIDE_PX = 500
_DARKEST_PAPER = 50
_PAPER_PERCENTILE = 95
_BLUR_WIDTH_PX = 1000
_LEAST_SHARPNESS = 25.0


def defect(pixels: Pixels) -> Reason | None:
    """Return what makes the picture useless to a reader (too small, too dark), or None."""
    if max(pixels.shape[:2]) < _SHORTEST_LONG_SIDE_PX:
        return Reason.TOO_SMALL
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    # The paper is the brightest part: when even that is dark, no letter stands out.
    if np.percentile(grey, _PAPER_PERCENTILE) < _DARKEST_PAPER:
        return Reason.TOO_DARK
    return None


def is_blurred(pixels: Pixels) -> bool:
    """Tell whether the picture has no sharp edge; asked only when nothing could be read on it."""
    return sharpness(pixels) < _LEAST_SHARPNESS


def sharpness(pixels: Pixels) -> float:
    """Return the variance of the Laplacian at 1,000 px wide, after a blur that takes the noise away."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    scale = _BLUR_WIDTH_PX / grey.shape[1]
    resized = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(cv2.GaussianBlur(resized, (3, 3), 0), cv2.CV_64F).var())
