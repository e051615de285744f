"""Pictures as OpenCV wants them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels: TypeAlias = NDArray[np.uint8]
"""Height × width × 3 (blue, green, red) or height × width (grey), 0 to 255."""


def pixels_of(image: Image.Image) -> Pixels:
    """Height × width × 3, blue first, of an RGB picture."""
    return np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
