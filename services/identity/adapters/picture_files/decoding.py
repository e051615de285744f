"""Decoding what a stranger sent. Runs in the bounded child process only: a decoder's flaw ends there.

Imports little: the child starts for every file, and loads the libraries of HEIC and PDF when it meets one.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

from PIL import Image, ImageOps, UnidentifiedImageError

from services.identity.adapters.picture_files.defects import Defect, FileUnfitError
from services.identity.adapters.picture_files.limits import LONGEST_SIDE_PX, MAX_BYTES, MAX_PIXELS, MOST_SIDES
from services.identity.adapters.picture_files.screenshots import is_screenshot

_JPEG_QUALITY = 90
_SMOOTH_MODES = frozenset({"L", "RGB", "RGBA"})
_PDF = b"%PDF-"
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", _PDF)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")


def jpegs_of(content: bytes) -> tuple[bytes, ...]:
    """Return a new JPEG file for the picture, or for each page of a PDF of two pages at most.

    JPEG, PNG, HEIC or PDF, of 10 MB and 40 million pixels at most. The orientation that the file states is
    applied, then dropped with all other metadata. Raises FileUnfitError.
    """
    if len(content) > MAX_BYTES:
        raise FileUnfitError(Defect.TOO_HEAVY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return tuple(_jpeg(image) for image in _decoded(content))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise FileUnfitError(Defect.TOO_LARGE) from error
    except UnidentifiedImageError as error:
        is_ours = content.startswith(_SIGNATURES) or _is_heif(content)
        raise FileUnfitError(Defect.DAMAGED_FILE if is_ours else Defect.UNSUPPORTED_FORMAT) from error
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError) as error:  # what the decoders raise
        raise FileUnfitError(Defect.DAMAGED_FILE) from error


def _decoded(content: bytes) -> Sequence[Image.Image]:
    if content.startswith(_PDF):
        from services.identity.adapters.picture_files.pdf_pages import pages_of  # loads PDFium

        return pages_of(content, MOST_SIDES, LONGEST_SIDE_PX)
    if not _is_heif(content):
        return [_picture(content, ("JPEG", "PNG"))]
    from pi_heif import register_heif_opener  # loads libheif

    register_heif_opener(thumbnails=False)
    return [_picture(content, ("HEIF",))]


def _is_heif(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS


def _picture(content: bytes, formats: tuple[str, ...]) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=formats) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise FileUnfitError(Defect.TOO_LARGE)
        opened.draft("RGB", _wanted(opened.size))  # a JPEG decodes straight to a smaller size
        if opened.format == "PNG" and is_screenshot(opened):
            raise FileUnfitError(Defect.SCREENSHOT)
        ImageOps.exif_transpose(opened, in_place=True)
        return _on_white(_smaller(opened))


def _wanted(size: tuple[int, int]) -> tuple[int, int]:
    """The size that is read, in the picture's own proportions."""
    share = min(1.0, LONGEST_SIDE_PX / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _smaller(image: Image.Image) -> Image.Image:
    """3,000 px at most, in a mode that can be made smaller; in place where it can: the whole may be 160 MB."""
    plain = image if image.mode in _SMOOTH_MODES else image.convert("RGBA" if image.has_transparency_data else "RGB")
    plain.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    return plain


def _on_white(image: Image.Image) -> Image.Image:
    """RGB, with transparency over white and nothing of the file's metadata."""
    if not image.has_transparency_data:
        plain = image.convert("RGB")
    else:
        layer = image.convert("RGBA")
        plain = Image.new("RGB", layer.size, "white")
        plain.paste(layer, mask=layer.getchannel("A"))
    plain.info = {}
    return plain


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_JPEG_QUALITY)
    return file.getvalue()
