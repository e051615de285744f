"""Looking for the machine readable zone of a side, each look dearer than the one before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from services.identity.adapters.card_reader.geometry import Corners, cut, rectangle
from services.identity.adapters.card_reader.rows import (
    as_strip,
    flattened,
    is_zone_like,
    level_rows,
    rows_of,
    zone_band,
)
from services.identity.adapters.card_reader.sheet import Sheet
from services.identity.adapters.card_reader.spotting import Spot, TextSpotter
from services.identity.domain.documents import Certainty, Zone, recognise

_LEAST_ELONGATED = 6.0  # a line of the zone is 20 times as long as high; detectors may break it in three
_STRETCHES = (1.0, 1.5)
_TALLER = 1.25


def zones_of(sheet: Sheet, spotter: TextSpotter) -> list[Zone]:
    """Return the zones seen, up to the first exact one."""
    zones: list[Zone] = []
    for rows in _looks(sheet, spotter):
        zone = recognise(rows)
        if zone is not None:
            zones.append(zone)
            if zone.certainty is Certainty.EXACT:
                break
    return zones


def zone_spots(sheet: Sheet) -> list[Spot]:
    """What was read and looks like a line of a zone."""
    return [spot for spot in sheet.seen if is_zone_like(spot.text)]


def _looks(sheet: Sheet, spotter: TextSpotter) -> Iterator[list[str]]:
    """The long pieces as they were found; the lines cut anew; the band flattened, and searched again."""
    sheet.read([index for index, box in enumerate(sheet.boxes) if _is_elongated(box)])
    spots = zone_spots(sheet)
    if not spots:
        return
    yield rows_of(spots)
    lines = _lines(spots)
    for stretch in _STRETCHES:
        said = spotter.read([cut(sheet.pixels, line, stretch=stretch) for line in lines])
        yield [text for text, _ in said]
    band = zone_band(sheet.pixels, spots)
    if band is not None:
        yield rows_of(spotter.spot(as_strip(flattened(band))))


def _lines(spots: list[Spot]) -> list[Corners]:
    """Each row of the zone as one box, as wide as the widest: detectors stop inside the pale run of `<`."""
    angle = max(spots, key=lambda spot: spot.width).angle_rad
    rows = level_rows(spots)
    along = np.array([np.cos(angle), np.sin(angle)])
    reach = np.concatenate([spot.corners for spot in spots]) @ along
    middle, width = (reach.min() + reach.max()) / 2, float(np.ptp(reach))
    return [_line(row, middle, width, angle, along) for row in rows]


def _line(row: list[Spot], middle: float, width: float, angle: float, along: Corners) -> Corners:
    centre = np.mean([spot.centre for spot in row], axis=0)
    height = float(np.mean([spot.height for spot in row])) * _TALLER
    return rectangle(centre + along * (middle - centre @ along), width, height, angle)


def _is_elongated(box: Corners) -> bool:
    width, height = np.linalg.norm(box[1] - box[0]), np.linalg.norm(box[3] - box[0])
    return bool(width >= _LEAST_ELONGATED * height)
