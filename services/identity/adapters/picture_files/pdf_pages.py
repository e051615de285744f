"""Pages of a PDF as pictures, by PDFium: a build without JavaScript and forms, so nothing in the file runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pypdfium2
from pypdfium2 import raw

from services.identity.adapters.picture_files.defects import Defect, FileUnfitError

if TYPE_CHECKING:
    from PIL.Image import Image

_SCRIPTS = (b"/JavaScript", b"/JS", b"/Launch")
_POINTS_AN_INCH = 72
_DOTS_AN_INCH = 300


def pages_of(content: bytes, most: int, longest_px: int) -> Sequence[Image]:
    """Return each page in RGB, at 300 dots an inch and `longest_px` at most.

    A script would not run; a file that brings one is refused all the same: no camera or scanner writes it.
    Raises FileUnfitError; RuntimeError (PdfiumError) for a file that is damaged or locked.
    """
    if any(script in content for script in _SCRIPTS):
        raise FileUnfitError(Defect.PDF_WITH_SCRIPT)
    document = pypdfium2.PdfDocument(content)
    try:
        if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
            raise FileUnfitError(Defect.PDF_WITH_SCRIPT)
        if len(document) > most:
            raise FileUnfitError(Defect.PDF_TOO_LONG)
        return [_drawn(document[number], longest_px) for number in range(len(document))]
    finally:
        document.close()


def _drawn(page: pypdfium2.PdfPage, longest_px: int) -> Image:
    width, height = page.get_size()
    scale = min(_DOTS_AN_INCH / _POINTS_AN_INCH, longest_px / max(width, height))
    picture: Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    return picture.convert("RGB")
