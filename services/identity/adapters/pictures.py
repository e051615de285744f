"""Pictures that strangers send, made safe and looked at before they wait for a reader."""

from __future__ import annotations

from collections.abc import Sequence

from services.identity.adapters.card_reader.pixels import pixels_of
from services.identity.adapters.card_reader.quality import defect
from services.identity.adapters.picture_files.limits import MOST_SIDES
from services.identity.adapters.picture_files.opening import PictureRefusedError, open_file
from services.identity.adapters.picture_files.safe_picture import SafePicture
from services.identity.domain.documents import Reason
from services.identity.domain.refusals import PictureRefused

_PORTRAIT_LEAST_PX = 200  # below, a face is not known again on a printed card
_PORTRAIT_TOO_SMALL = f"Ta photo est trop petite : il faut au moins {_PORTRAIT_LEAST_PX} pixels de côté."


class SafePictures:
    """`Pictures`, opened by a bounded child: what is kept is what will be read, and nothing of the upload."""

    def sides(self, files: Sequence[bytes]) -> tuple[bytes, ...]:
        """A new JPEG file a side. Raises PictureRefused with the reader's code and sentence."""
        sides = [side for content in files for side in _opened(content)]
        if len(sides) > MOST_SIDES:
            raise _refusal(Reason.TOO_MANY_SIDES)
        for side in sides:
            if useless := defect(pixels_of(side.image)):
                raise _refusal(useless)
        return tuple(side.jpeg for side in sides)

    def portrait(self, content: bytes) -> bytes:
        """A new JPEG file, 40 kB at most. Raises PictureRefused with the reader's code and sentence."""
        picture = _opened(content)[0]
        if min(picture.image.size) < _PORTRAIT_LEAST_PX:
            raise PictureRefused(Reason.TOO_SMALL.value, _PORTRAIT_TOO_SMALL)
        return picture.portrait()

    def preview(self, content: bytes) -> bytes:
        """Of a picture that we keep: a JPEG file of 80 kB at most."""
        return SafePicture(content).preview()


def _opened(content: bytes) -> tuple[SafePicture, ...]:
    try:
        return open_file(content)
    except PictureRefusedError as refused:
        raise _refusal(refused.reason) from None


def _refusal(reason: Reason) -> PictureRefused:
    return PictureRefused(reason.value, reason.sentence)
