"""Pictures that strangers send, made safe: bounded, decoded once, turned upright, stripped, re-encoded."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from services.identity.domain.documents.reasons import Reason

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE_PX = 3000
_FORMATS = ("JPEG", "PNG")
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_JPEG_QUALITY = 90
_PREVIEW_SIDES_PX = (1000, 700, 400)
_PREVIEW_BYTES = 80_000
_PORTRAIT_SIDES_PX = (640, 400)
_PORTRAIT_BYTES = 40_000
_PREVIEW_QUALITIES = (75, 60, 45, 30)

Pixels = NDArray[np.uint8]
"""Height × width × 3 (blue, green, red) or height × width (grey), 0 to 255."""


class PictureRefusedError(Exception):
    """The file is not a picture that we read; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class SafePicture:
    """A decoded picture, upright, 3,000 px at most on its longest side, with nothing else of the file."""

    image: Image.Image

    @property
    def pixels(self) -> Pixels:
        """Height × width × 3, blue first, as OpenCV wants it."""
        return np.ascontiguousarray(np.asarray(self.image)[:, :, ::-1])

    def jpeg(self) -> bytes:
        """Return the picture as a new JPEG file, without any metadata of the first."""
        return _jpeg(self.image, _JPEG_QUALITY)

    def preview(self) -> bytes:
        """Return a JPEG file of 80 kB at most: the largest and best that fits, for a page that people wait for."""
        return self._fitting(_PREVIEW_SIDES_PX, _PREVIEW_BYTES)

    def portrait(self) -> bytes:
        """Return a JPEG file of 40 kB at most: a face for a card."""
        return self._fitting(_PORTRAIT_SIDES_PX, _PORTRAIT_BYTES)

    def _fitting(self, sides_px: tuple[int, ...], most_bytes: int) -> bytes:
        tries = (self._small(side, quality) for side in sides_px for quality in _PREVIEW_QUALITIES)
        return next(file for file in tries if len(file) <= most_bytes)  # 400 px of noise are 23 kB

    def _small(self, side_px: int, quality: int) -> bytes:
        small = self.image.copy()
        small.thumbnail((side_px, side_px))
        return _jpeg(small, quality)


def sanitise(content: bytes) -> SafePicture:
    """Decode a JPEG or PNG file of 10 MB and 40 million pixels at most.

    The EXIF orientation is applied, then dropped with all other metadata. Raises PictureRefusedError.
    """
    if len(content) > MAX_BYTES:
        raise PictureRefusedError(Reason.TOO_HEAVY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return SafePicture(_decoded(content))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureRefusedError(Reason.TOO_LARGE) from error
    except UnidentifiedImageError as error:
        is_ours = content.startswith(_SIGNATURES)
        raise PictureRefusedError(Reason.DAMAGED_FILE if is_ours else Reason.UNSUPPORTED_FORMAT) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow's decoders raise
        raise PictureRefusedError(Reason.DAMAGED_FILE) from error


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _decoded(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise PictureRefusedError(Reason.TOO_LARGE)
        opened.draft("RGB", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))  # a JPEG decodes straight to a smaller size
        upright = _on_white(ImageOps.exif_transpose(opened))
    upright.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    return upright


def _on_white(image: Image.Image) -> Image.Image:
    """RGB, with transparency over white and nothing of the file's metadata."""
    if not image.has_transparency_data:
        plain = image.convert("RGB")
    else:
        layer = image.convert("RGBA")
        plain = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    plain.info = {}
    return plain
