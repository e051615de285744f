"""Pictures that strangers send, made safe and looked at before they wait for a reader."""

from __future__ import annotations

from services.identity.adapters.card_reader import PictureRefusedError, sanitise
from services.identity.adapters.card_reader.quality import defect
from services.identity.domain.documents import Reason
from services.identity.domain.refusals import PictureRefused


class SafePictures:
    """`Pictures` by the reader's own sanitiser: what is kept is what will be read, and nothing of the upload."""

    def sanitise(self, content: bytes) -> bytes:
        """A new JPEG file. Raises PictureRefused with the reader's code and sentence."""
        try:
            picture = sanitise(content)
        except PictureRefusedError as refused:
            raise _refusal(refused.reason) from None
        if useless := defect(picture.pixels):
            raise _refusal(useless)
        return picture.jpeg()

    def preview(self, content: bytes) -> bytes:
        """Of a picture that we keep: a JPEG file of 80 kB at most."""
        return sanitise(content).preview()


def _refusal(reason: Reason) -> PictureRefused:
    return PictureRefused(reason.value, reason.sentence)
