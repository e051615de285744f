"""A picture that is ours: a JPEG file that the opener wrote, and what is made of it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cached_property

from PIL import Image

_PREVIEW_SIDES_PX = (1000, 700, 400)
_PREVIEW_BYTES = 80_000
_PORTRAIT_SIDES_PX = (640, 400)
_PORTRAIT_BYTES = 40_000
_SMALLER_QUALITIES = (75, 60, 45, 30)


@dataclass(frozen=True)
class SafePicture:
    """A JPEG file written by us: upright, 3,000 px at most on its longest side, nothing else of the upload.

    Only files of our own writing are decoded here: `open_file` makes them.
    """

    jpeg: bytes = field(repr=False)

    @cached_property
    def image(self) -> Image.Image:
        """The picture, decoded once."""
        with Image.open(io.BytesIO(self.jpeg), formats=("JPEG",)) as opened:
            return opened.convert("RGB")

    def preview(self) -> bytes:
        """Return a JPEG file of 80 kB at most: the largest and best that fits, for a page that people wait for."""
        return self._fitting(_PREVIEW_SIDES_PX, _PREVIEW_BYTES)

    def portrait(self) -> bytes:
        """Return a JPEG file of 40 kB at most: a face for a card."""
        return self._fitting(_PORTRAIT_SIDES_PX, _PORTRAIT_BYTES)

    def _fitting(self, sides_px: tuple[int, ...], most_bytes: int) -> bytes:
        tries = (self._small(side, quality) for side in sides_px for quality in _SMALLER_QUALITIES)
        return next(file for file in tries if len(file) <= most_bytes)  # 400 px of noise are 23 kB

    def _small(self, side_px: int, quality: int) -> bytes:
        small = self.image.copy()
        small.thumbnail((side_px, side_px))
        file = io.BytesIO()
        small.save(file, "JPEG", quality=quality)
        return file.getvalue()
