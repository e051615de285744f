"""The card reader: from the pictures of a document's sides to what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.identity.adapters.card_reader.crops import crop
from services.identity.adapters.card_reader.framing import count_documents, is_cut_off
from services.identity.adapters.card_reader.names_seen import NamesSeen, corners_of, names_on
from services.identity.adapters.card_reader.pixels import Pixels, pixels_of
from services.identity.adapters.card_reader.quality import defect, is_blurred
from services.identity.adapters.card_reader.seals import SealReader, SealSeen
from services.identity.adapters.card_reader.sheet import Sheet
from services.identity.adapters.card_reader.spotting import TextSpotter
from services.identity.adapters.card_reader.zone_looks import zone_spots, zones_of
from services.identity.adapters.picture_files.safe_picture import SafePicture
from services.identity.domain.documents import (
    Certainty,
    Crop,
    CropLabel,
    DocumentFields,
    Reading,
    Reason,
    Zone,
    fields_of,
    settle,
)


class CardReader:
    """Reads one document at a time, under 900 MB, on one thread; models load at the first.

    Not to be shared by threads, and not to be forked once it has read.
    """

    def __init__(self, spotter: TextSpotter | None = None, seals: SealReader | None = None) -> None:
        self._spotter = spotter or TextSpotter()
        self._seals = seals or SealReader({})

    def read(self, pictures: Sequence[bytes], on: date) -> Reading:
        """Read the sides of one document, JPEG files that `Pictures.sides` made; `on` (platform time) settles
        the century of dates.

        Never raises for what a picture may show: what is wrong with it is among the reading's defects.
        """
        sides = [pixels_of(SafePicture(picture).image) for picture in pictures]
        for pixels in sides:
            if useless := defect(pixels):
                return Reading(None, Certainty.DOUBTFUL, (useless,), sides=len(sides))
        seen = [self._side(pixels) for pixels in sides]
        if not any(side.has_usable_zone for side in seen):
            seen = [self._closer(side) if side.sheet.boxes else side for side in seen]
        return self._reading(seen, on)

    def _side(self, pixels: Pixels) -> _Side:
        sheet = Sheet.of(pixels, self._spotter)
        return _Side(sheet, zones_of(sheet, self._spotter))

    def _closer(self, side: _Side) -> _Side:
        """The same side in more pixels: a small card on a large sheet, at twice the cost."""
        sheet = Sheet.of(side.sheet.pixels, self._spotter, closer=True)
        zones = zones_of(sheet, self._spotter)
        return _Side(sheet, [*side.zones, *zones]) if zones else side

    def _reading(self, sides: Sequence[_Side], on: date) -> Reading:
        fields, certainty, defects = _fields(sides, on)
        seals = [self._seals.seals_on(side.sheet.pixels, on) for side in sides]
        names = None if fields is None else names_on([side.sheet for side in sides], fields)
        return Reading(
            fields,
            certainty,
            defects,
            printed=None if names is None else names.names,
            sides=len(sides),
            crops=tuple(_crops(sides, names, seals)),
            seals=tuple(seen.seal for on_side in seals for seen in on_side),
        )


@dataclass(frozen=True)
class _Side:
    sheet: Sheet
    zones: list[Zone]

    @property
    def has_usable_zone(self) -> bool:
        return any(zone.certainty.is_usable for zone in self.zones)


def _fields(sides: Sequence[_Side], on: date) -> tuple[DocumentFields | None, Certainty, tuple[Reason, ...]]:
    """What the zone says, how sure it is, and what is wrong when it says nothing."""
    found = [zone for zone in (settle(side.zones) for side in sides) if zone is not None]
    usable = [zone for zone in found if zone.certainty.is_usable]
    if len({zone.lines for zone in usable}) > 1 or any(_documents_on(side) > 1 for side in sides):
        return None, Certainty.DOUBTFUL, (Reason.TWO_DOCUMENTS,)
    if not usable:
        return None, Certainty.DOUBTFUL, (_why_nothing(sides, found),)
    fields = fields_of(usable[0], on)
    if fields is None:
        return None, Certainty.DOUBTFUL, (Reason.UNREADABLE,)
    return fields, usable[0].certainty, ()


def _documents_on(side: _Side) -> int:
    return count_documents(zone_spots(side.sheet))


def _why_nothing(sides: Sequence[_Side], found: Sequence[Zone]) -> Reason:
    if any(is_cut_off(side.sheet.pixels, zone_spots(side.sheet)) for side in sides):
        return Reason.CUT_OFF
    if any(side.has_usable_zone for side in sides):
        return Reason.READINGS_DISAGREE
    if all(is_blurred(side.sheet.pixels) for side in sides):
        return Reason.BLURRED
    return Reason.UNREADABLE if found else Reason.NOT_A_DOCUMENT


def _crops(sides: Sequence[_Side], names: NamesSeen | None, seals: Sequence[Sequence[SealSeen]]) -> Iterator[Crop]:
    for number, side in enumerate(sides):
        pieces = {
            CropLabel.ZONE: [spot.corners for spot in zone_spots(side.sheet)],
            CropLabel.NAMES: corners_of(side.sheet, names.names) if names and names.side == number else [],
            CropLabel.SEAL: [seen.corners for seen in seals[number]],
        }
        for label, corners in pieces.items():
            if (part := crop(side.sheet.pixels, label, number, corners)) is not None:
                yield part
