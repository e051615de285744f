"""The card reader: from the bytes of a file to what its document says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import cv2
import numpy as np

from services.identity.adapters.card_reader.images import PictureRefusedError, Pixels, sanitise
from services.identity.adapters.card_reader.quality import defect, is_blurred
from services.identity.adapters.card_reader.rows import as_strip, flattened, rows_of, zone_band
from services.identity.adapters.card_reader.spotting import Spot, TextSpotter
from services.identity.domain.documents import Certainty, Reading, Reason, Zone, fields_of, recognise, settle

_TURNS = (None, cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE)


class CardReader:
    """Reads one picture at a time, under 900 MB, on one thread; models load at the first.

    Not to be shared by threads, and not to be forked once it has read.
    """

    def __init__(self, spotter: TextSpotter | None = None) -> None:
        self._spotter = spotter or TextSpotter()

    def read(self, pictures: Sequence[bytes], on: date) -> Reading:
        """Read the sides of one document; `on` (platform time) settles the century of dates.

        Never raises for what a file may hold: what is wrong with it is among the reading's defects.
        """
        sides = [self._side(content, on) for content in pictures]
        return next((side for side in sides if side.fields), sides[0])

    def _side(self, content: bytes, on: date) -> Reading:
        try:
            pixels = sanitise(content).pixels
        except PictureRefusedError as refused:
            return _nothing(refused.reason)
        useless = defect(pixels)
        if useless is not None:
            return _nothing(useless)
        return _reading(self._zones(pixels), pixels, on)

    def _zones(self, pixels: Pixels) -> list[Zone]:
        """Zones seen, up to the first exact one; one orientation that gives any zone is the right one."""
        zones: list[Zone] = []
        for turn in _TURNS:
            turned = pixels if turn is None else np.asarray(cv2.rotate(pixels, turn), dtype=np.uint8)
            spots = self._spotter.spot(turned)
            if not spots:
                break  # no text this way up, none any other way
            for zone in self._looks(turned, spots):
                zones.append(zone)
                if zone.certainty is Certainty.EXACT:
                    return zones
            if any(_is_this_way_up(zone) for zone in zones):
                break
        return zones

    def _looks(self, pixels: Pixels, spots: list[Spot]) -> Iterator[Zone]:
        """The zone on the whole picture, then on its band flattened, then on the band as it is."""
        views = self._rows_by_view(pixels, spots)
        return (zone for zone in map(recognise, views) if zone is not None)

    def _rows_by_view(self, pixels: Pixels, spots: list[Spot]) -> Iterator[list[str]]:
        yield rows_of(spots)
        band = zone_band(pixels, spots)
        if band is not None:
            yield rows_of(self._spotter.spot(as_strip(flattened(band))))
            yield rows_of(self._spotter.spot(as_strip(band)))


def _is_this_way_up(zone: Zone) -> bool:
    """Another orientation would give nothing more: this one gave a zone, or at least its heading."""
    return zone.certainty.is_usable or zone.layout.heading.match(zone.lines[0]) is not None


def _nothing(reason: Reason) -> Reading:
    return Reading(None, Certainty.DOUBTFUL, (reason,))


def _reading(zones: list[Zone], pixels: Pixels, on: date) -> Reading:
    zone = settle(zones)
    if zone is not None and zone.certainty.is_usable:
        fields = fields_of(zone, on)
        return _nothing(Reason.UNREADABLE) if fields is None else Reading(fields, zone.certainty)
    if any(seen.certainty.is_usable for seen in zones):
        return _nothing(Reason.READINGS_DISAGREE)
    if is_blurred(pixels):
        return _nothing(Reason.BLURRED)
    return _nothing(Reason.NOT_A_DOCUMENT if zone is None else Reason.UNREADABLE)
