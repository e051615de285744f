"""Text on a picture, by rapidocr: where each piece stands, then, of the pieces that are asked for, what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.identity.adapters.card_reader.geometry import Corners, cut, in_order
from services.identity.adapters.card_reader.pixels import Pixels

if TYPE_CHECKING:
    from rapidocr import RapidOCR

_SIDE_PX = 1024
_CLOSER_SIDE_PX = 1600
SETTINGS = {
    "Global.log_level": "error",
    "Global.use_cls": False,  # it turns pieces of `<<<` upside down; we try orientations ourselves
    "Global.max_side_len": _CLOSER_SIDE_PX,  # memory reaches 2 GB without it
    "Det.limit_type": "max",  # the default enlarges the short side to 736 px: thin strips would cost 2 GB
    "Det.limit_side_len": _SIDE_PX,
    "Rec.rec_batch_num": 1,  # a batch pads every piece to its widest: no gain on one thread
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,  # an arena keeps the largest picture's memory
}
"""Of a reader, and of the plain pass that its speed is compared with."""


@dataclass(frozen=True)
class Spot:
    """One piece of text, how sure the recogniser is (0 to 1), and its corners in pixels (see `Corners`)."""

    text: str
    corners: Corners
    score: float = 1.0

    @property
    def centre(self) -> Corners:
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

    def boxes(self, pixels: Pixels, *, closer: bool = False) -> list[Corners]:
        """Return where text stands, in no order; `closer` looks at more pixels, for small print."""
        engine = self._engine
        engine.text_det.limit_side_len = _CLOSER_SIDE_PX if closer else _SIDE_PX
        found = engine(pixels, use_det=True, use_cls=False, use_rec=False)
        return [] if found.boxes is None else [in_order(np.asarray(box, float)) for box in found.boxes]

    def read(self, strips: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Return what each strip of one line says, and how sure the recogniser is."""
        if not strips:
            return []
        engine = self._engine
        said = [engine(strip, use_det=False, use_cls=False, use_rec=True) for strip in strips]
        return [(one.txts[0], float(one.scores[0])) if one.txts else ("", 0.0) for one in said]

    def spot(self, pixels: Pixels) -> list[Spot]:
        """Return every piece of text found, in no order."""
        boxes = self.boxes(pixels, closer=True)
        said = self.read([cut(pixels, box) for box in boxes])
        return [Spot(text, box, score) for box, (text, score) in zip(boxes, said, strict=True) if text]

    @cached_property
    def _engine(self) -> RapidOCR:
        from rapidocr import RapidOCR  # loads onnxruntime, which only readers need

        cv2.setNumThreads(1)
        engine = RapidOCR(params=SETTINGS)
        engine(
            np.full((64, 64, 3), 255, dtype=np.uint8), use_det=True, use_cls=False, use_rec=False
        )  # loads the models
        return engine
