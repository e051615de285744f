"""Printed names on the sides of a document: only the pieces of text that may hold them are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.identity.adapters.card_reader.geometry import Corners
from services.identity.adapters.card_reader.rows import turn
from services.identity.adapters.card_reader.sheet import Sheet
from services.identity.adapters.card_reader.spotting import Spot
from services.identity.domain.documents import (
    DocumentFields,
    PrintedNames,
    PrintedText,
    confirmed_names,
    labelled_names,
)

# Width of a letter in heights of its box, as documents print names: narrow capitals to wide ones.
_NARROWEST, _WIDEST = 0.28, 1.1


@dataclass(frozen=True)
class NamesSeen:
    """Names and the number of the side (from 0) that prints them."""

    names: PrintedNames
    side: int


def names_on(sheets: Sequence[Sheet], fields: DocumentFields) -> NamesSeen | None:
    """Return the printed names: those of the zone where they are found, else what the labels lead to."""
    for side, sheet in enumerate(sheets):
        for index in _plausible(sheet, fields):
            sheet.read([index])
            if (found := confirmed_names(_level(sheet.seen), fields)) is not None:
                return NamesSeen(found, side)
    for side, sheet in enumerate(sheets):
        spots = sheet.read(range(len(sheet.boxes)))
        found = confirmed_names(_level(spots), fields) or labelled_names(_level(spots))
        if found is not None:
            return NamesSeen(found, side)
    return None


def corners_of(sheet: Sheet, names: PrintedNames) -> list[Corners]:
    """Return where these names stand."""
    said = {names.surname, names.given_names} - {""}
    return [spot.corners for spot in sheet.seen if any(spot.text.endswith(name) for name in said)]


def _plausible(sheet: Sheet, fields: DocumentFields) -> list[int]:
    """The boxes as wide as one of the names may be, with a label before it or not; from the top, where names are."""
    letters = [len(fields.surname.text), len(fields.given_names.text)]
    least, most = min(letters) * _NARROWEST, (max(letters) + 14) * _WIDEST
    widths = [np.linalg.norm(box[1] - box[0]) / np.linalg.norm(box[3] - box[0]) for box in sheet.boxes]
    fitting = [index for index, width in enumerate(widths) if least <= width <= most]
    return sorted(fitting, key=lambda index: float(sheet.boxes[index][0, 1]))


def _level(spots: Sequence[Spot]) -> list[PrintedText]:
    """The pieces of text in a frame that is level with the longest."""
    if not spots:
        return []
    level = turn(-max(spots, key=lambda spot: spot.width).angle_rad)
    return [_placed(spot, spot.corners @ level.T) for spot in spots if spot.text]


def _placed(spot: Spot, corners: Corners) -> PrintedText:
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return PrintedText(spot.text, float(left), float(top), float(right), float(bottom))
