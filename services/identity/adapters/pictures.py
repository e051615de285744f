"""Pictures that strangers send, made safe and looked at before they wait for a reader."""

from __future__ import annotations

from collections.abc import Sequence

from services.identity.adapters.card_reader import PictureRefusedError, sanitise
from services.identity.adapters.card_reader.quality import defect
from services.identity.domain.documents import Reason
from services.identity.domain.refusals import PictureRefused

_PORTRAIT_LEAST_PX = 200  # below, a face is not known again on a printed card
_PORTRAIT_TOO_SMALL = f"Ta photo est trop petite : il faut au moins {_PORTRAIT_LEAST_PX} pixels de côté."


class SafePictures:
    """`Pictures` by the reader's own sanitiser: what is kept is what will be read, and nothing of the upload."""

    def sides(self, files: Sequence[bytes]) -> tuple[bytes, ...]:
        """A new JPEG file a side. Raises PictureRefused with the reader's code and sentence."""
        return tuple(self._side(content) for content in files)

    def _side(self, content: bytes) -> bytes:
        try:
            picture = sanitise(content)
        except PictureRefusedError as refused:
            raise _refusal(refused.reason) from None
        if useless := defect(picture.pixels):
            raise _refusal(useless)
        return picture.jpeg()

    def portrait(self, content: bytes) -> bytes:
        """A new JPEG file, 40 kB at most. Raises PictureRefused with the reader's code and sentence."""
        try:
            picture = sanitise(content)
        except PictureRefusedError as refused:
            raise _refusal(refused.reason) from None
        if min(picture.image.size) < _PORTRAIT_LEAST_PX:
            raise PictureRefused(Reason.TOO_SMALL.value, _PORTRAIT_TOO_SMALL)
        return picture.portrait()

    def preview(self, content: bytes) -> bytes:
        """Of a picture that we keep: a JPEG file of 80 kB at most."""
        return sanitise(content).preview()


def _refusal(reason: Reason) -> PictureRefused:
    return PictureRefused(reason.value, reason.sentence)
