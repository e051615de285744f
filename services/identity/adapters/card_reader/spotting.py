"""Text on a picture, by rapidocr: where each piece stands and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from services.identity.adapters.card_reader.images import Pixels

if TYPE_CHECKING:
    from rapidocr import RapidOCR
    from rapidocr.utils.output import RapidOCROutput

_SETTINGS = {
    "Global.log_level": "error",
    "Global.use_cls": False,  # it turns pieces of `<<<` upside down; we try orientations ourselves
    "Rec.rec_batch_num": 1,  # a batch pads every piece to its widest: no gain on one thread
    "Global.max_side_len": 1600,  # memory reaches 2 GB without it
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,  # an arena keeps the largest picture's memory
}


@dataclass(frozen=True)
class Spot:
    """One piece of text and its four corners in pixels, 4 × 2, clockwise from its top left."""

    text: str
    corners: NDArray[np.float64]

    @property
    def centre(self) -> NDArray[np.float64]:
        """The middle (x, y)."""
        return np.asarray(self.corners.mean(axis=0))

    @property
    def width(self) -> float:
        """Length of the upper edge."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))

    @property
    def height(self) -> float:
        """Mean length of the sides."""
        sides = self.corners[[0, 1]] - self.corners[[3, 2]]
        return float(np.linalg.norm(sides, axis=1).mean())

    @property
    def angle_rad(self) -> float:
        """Direction of reading, 0 for level, clockwise."""
        along = self.corners[1] - self.corners[0]
        return float(np.arctan2(along[1], along[0]))


class TextSpotter:
    """One recogniser on one thread; its models (30 MB) load at first use. Not to be shared by threads."""

    def spot(self, pixels: Pixels) -> list[Spot]:
        """Return every piece of text found, in no order."""
        result = cast("RapidOCROutput", self._engine(pixels))
        if result.txts is None or result.boxes is None:
            return []
        return [Spot(text, np.asarray(corners, float)) for text, corners in zip(result.txts, result.boxes, strict=True)]

    @cached_property
    def _engine(self) -> RapidOCR:
        from rapidocr import RapidOCR  # loads onnxruntime, which only readers need

        cv2.setNumThreads(1)
        return RapidOCR(params=_SETTINGS)
