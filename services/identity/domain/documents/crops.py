"""The parts of a picture that a member of staff compares with what was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class CropLabel(Enum):
    """What a crop shows."""

    ZONE = "zone"  # the machine readable zone
    NAMES = "names"  # the printed names
    SEAL = "seal"  # a 2D-Doc, or the seal of the card


@dataclass(frozen=True)
class Crop:
    """A level cut of a picture: a JPEG file. `side` counts the pictures of a check from 1."""

    label: CropLabel
    side: int
    jpeg: bytes = field(repr=False)
