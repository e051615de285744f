"""A picture whose text was found once, turned the right way up, and is read piece by piece as it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from services.identity.adapters.card_reader.geometry import Corners, cut, quarter_turned
from services.identity.adapters.card_reader.pixels import Pixels
from services.identity.adapters.card_reader.spotting import Spot, TextSpotter

_LONGEST_BOXES = 3
_SURE = 0.85  # text that is upside down is read as something, with less than this


class Sheet:
    """One side of a document, the right way up; each piece of text is read once."""

    def __init__(self, pixels: Pixels, boxes: Sequence[Corners], spotter: TextSpotter) -> None:
        self.pixels = pixels
        self.boxes = list(boxes)
        self._spotter = spotter
        self._read: dict[int, Spot] = {}

    @staticmethod
    def of(pixels: Pixels, spotter: TextSpotter, *, closer: bool = False) -> Sheet:
        """Find the text of a picture, then its way up: level first, then by what reads best."""
        sheet = Sheet(pixels, spotter.boxes(pixels, closer=closer), spotter)
        if sheet._is_sideways():
            sheet = sheet._turned(1)
        if not sheet.boxes or sheet.sureness >= _SURE:
            return sheet
        other = sheet._turned(2)
        return other if other.sureness > sheet.sureness else sheet

    @cached_property
    def sureness(self) -> float:
        """How sure the recogniser is of the longest pieces, 0 to 1."""
        longest = sorted(range(len(self.boxes)), key=lambda index: -_width(self.boxes[index]))[:_LONGEST_BOXES]
        return float(np.mean([spot.score for spot in self.read(longest)])) if longest else 0.0

    def read(self, indices: Sequence[int]) -> list[Spot]:
        """Return these pieces, reading those that were not read yet."""
        unread = [index for index in indices if index not in self._read]
        said = self._spotter.read([cut(self.pixels, self.boxes[index]) for index in unread])
        for index, (text, score) in zip(unread, said, strict=True):
            self._read[index] = Spot(text, self.boxes[index], score)
        return [self._read[index] for index in indices]

    @property
    def seen(self) -> list[Spot]:
        """The pieces that were read."""
        return list(self._read.values())

    def _is_sideways(self) -> bool:
        """Text is wide: most of it stands on end when the picture does."""
        upright = sum(max(0.0, _height(box) - _width(box)) for box in self.boxes)
        level = sum(max(0.0, _width(box) - _height(box)) for box in self.boxes)
        return upright > level

    def _turned(self, quarters: int) -> Sheet:
        height, width = self.pixels.shape[:2]
        boxes = [quarter_turned(box, height, width, quarters) for box in self.boxes]
        return Sheet(np.ascontiguousarray(np.rot90(self.pixels, quarters)), boxes, self._spotter)


def _width(box: Corners) -> float:
    return float(np.linalg.norm(box[1] - box[0]))


def _height(box: Corners) -> float:
    return float(np.linalg.norm(box[3] - box[0]))
