"""The pictures of a card check: kept sealed while somebody has to look, destroyed when the rulebooks' days are over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from chassis.files import FileGone, Files, StoredFile
from chassis.work import Work
from rulebooks import Catalogue
from services.identity.application.ports import CardChecks, CardImages
from services.identity.domain.card_checks import CheckPicture
from services.identity.domain.documents import Crop
from services.identity.domain.image_retention import days_kept
from services.identity.domain.refusals import CheckUnknown, ImageDestroyed

DESTROY_IMAGES = "destroy_card_images"
MEDIA_TYPE = "image/jpeg"


class ImageParts(Protocol):
    """What pictures need, of what card checks need."""

    @property
    def checks(self) -> CardChecks: ...

    @property
    def images(self) -> CardImages: ...

    @property
    def files(self) -> Files: ...

    @property
    def catalogue(self) -> Catalogue: ...


def add_pictures(work: Work, parts: ImageParts, check_id: str, pictures: Iterable[tuple[int, str, bytes]]) -> None:
    """Keep JPEG files beside a check's first side: the side that they are or are of, a label, the file."""
    for side, label, jpeg in pictures:
        file_id = parts.files.put(work, jpeg, MEDIA_TYPE)
        parts.images.add(work, check_id, CheckPicture(file_id, side, label))


def keep_crops(work: Work, parts: ImageParts, check_id: str, crops: Iterable[Crop], is_open: bool) -> None:
    """Keep what the reader cut out, where it outlives the ruling: a person looks, or the rulebooks keep images."""
    if is_open or _days_kept(work, parts):
        add_pictures(work, parts, check_id, ((crop.side, crop.label.value, crop.jpeg) for crop in crops))


def picture_of(work: Work, parts: ImageParts, check_id: str, picture_id: str) -> StoredFile:
    """One kept picture of a check, the first where none is named; that it was seen is on record.

    Raises CheckUnknown, ImageDestroyed.
    """
    if parts.checks.find(work, check_id) is None:
        raise CheckUnknown
    pictures = parts.images.of(work, check_id)
    found = next((each for each in pictures if picture_id in ("", each.picture_id)), None)
    if found is None:
        raise ImageDestroyed
    work.audit("card_image_seen", check_id, after={"side": found.side, "label": found.label})
    try:
        return parts.files.open(work, found.picture_id)
    except FileGone:
        raise ImageDestroyed from None


def let_go_of_images(work: Work, parts: ImageParts, check_id: str) -> None:
    """Destroy them now, or have it done after as many days as the rulebooks say. Once scheduled, no later."""
    days = _days_kept(work, parts)
    if days == 0:
        destroy_images(work, parts, check_id)
    else:
        work.schedule(DESTROY_IMAGES, check_id, work.now + timedelta(days=days), {"check_id": check_id})


def destroy_images(work: Work, parts: ImageParts, check_id: str) -> None:
    """Sides and cut-outs; those already gone stay gone."""
    for picture in parts.images.forget(work, check_id):
        parts.files.destroy(work, picture.picture_id)


def _days_kept(work: Work, parts: ImageParts) -> int:
    return days_kept(parts.catalogue.of_authority(work.authority_id, work.today), work.today)
