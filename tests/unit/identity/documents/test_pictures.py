"""Pictures that strangers send: what is refused before anything is read, and what is left of them."""

import io
import struct
import zlib
from datetime import date

import numpy as np
import pytest
from PIL import Image

from services.identity.adapters.card_reader import CardReader, PictureRefusedError, images, sanitise
from services.identity.adapters.card_reader.spotting import Spot, TextSpotter
from services.identity.domain.documents import Reading, Reason

_ORIENTATION = 0x0112
_ARTIST = 0x013B


class UnusedSpotter(TextSpotter):
    """A recogniser that must not be reached."""

    def spot(self, pixels: images.Pixels) -> list[Spot]:
        raise AssertionError(f"recognition costs a second: refuse {pixels.shape} before")


def picture(size: tuple[int, int] = (800, 500), *, grey: int = 200, form: str = "JPEG", **options: object) -> bytes:
    """A plain picture file."""
    file = io.BytesIO()
    Image.new("RGB", size, (grey, grey, grey)).save(file, form, **options)
    return file.getvalue()


def huge_png(side: int) -> bytes:
    """A PNG of a few bytes that says it is `side` × `side` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def refusal(content: bytes) -> Reason:
    """Why this file is refused."""
    with pytest.raises(PictureRefusedError) as refused:
        sanitise(content)
    return refused.value.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.UNSUPPORTED_FORMAT),
        (b"%PDF-1.7 /JS", Reason.UNSUPPORTED_FORMAT),
        (picture(form="GIF"), Reason.UNSUPPORTED_FORMAT),
        (b"\xff\xd8\xff" + b"\x00" * 40, Reason.DAMAGED_FILE),
        (picture()[:1500], Reason.DAMAGED_FILE),
        (picture(form="PNG")[:-60], Reason.DAMAGED_FILE),
        (picture() + b"\x00" * images.MAX_BYTES, Reason.TOO_HEAVY),
        (huge_png(6400), Reason.TOO_LARGE),
        (huge_png(12_000), Reason.TOO_LARGE),  # past Pillow's warning
        (huge_png(60_000), Reason.TOO_LARGE),  # past Pillow's error
    ],
    ids=["empty", "pdf", "gif", "signature", "cut jpeg", "cut png", "heavy", "40 Mpx", "144 Mpx", "3600 Mpx"],
)
def test_files_that_are_refused(content: bytes, reason: Reason) -> None:
    """A file that is not a whole JPEG or PNG within the limits is refused for what is wrong with it."""
    assert refusal(content) is reason


def test_orientation_is_applied_and_metadata_dropped() -> None:
    """A picture taken sideways stands upright, and nobody's name is left in the file."""
    exif = Image.Exif()
    exif[_ORIENTATION], exif[_ARTIST] = 6, "Zoé Labulle"
    safe = sanitise(picture((800, 500), exif=exif))
    again = Image.open(io.BytesIO(safe.jpeg()))
    assert safe.image.size == again.size == (500, 800)
    assert dict(again.getexif()) == {}
    assert b"Labulle" not in safe.jpeg()


def test_what_was_appended_to_a_file_is_dropped() -> None:
    """Re-encoding leaves nothing of a second file hidden behind the first."""
    assert b"<script>" not in sanitise(picture() + b"<script>alert(1)</script>").jpeg()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_large_pictures_are_brought_down(form: str) -> None:
    """A telephone's full picture is read at 3,000 px at most."""
    assert max(sanitise(picture((4200, 3000), form=form)).image.size) <= images.LONGEST_SIDE_PX


def test_transparency_becomes_white() -> None:
    """A transparent background is paper, not ink."""
    file = io.BytesIO()
    Image.new("RGBA", (600, 400), (0, 0, 0, 0)).save(file, "PNG")
    assert np.all(sanitise(file.getvalue()).pixels == 255)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (picture((400, 300)), Reason.TOO_SMALL),
        (picture(grey=20), Reason.TOO_DARK),
        (b"nonsense", Reason.UNSUPPORTED_FORMAT),
    ],
    ids=["small", "dark", "not a picture"],
)
def test_useless_pictures_cost_no_recognition(content: bytes, reason: Reason) -> None:
    """A picture that cannot be read is refused with its reason before the recogniser runs."""
    reading = CardReader(UnusedSpotter()).read([content], date(2025, 9, 1))
    assert isinstance(reading, Reading)
    assert (reading.fields, reading.defects) == (None, (reason,))


def test_a_preview_is_light_whatever_the_picture() -> None:
    """Noise is the worst that a JPEG can hold: a page still shows it in 80 kB."""
    noise = np.random.default_rng(1).integers(0, 256, (2400, 2400, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "JPEG")

    preview = sanitise(file.getvalue()).preview()

    assert len(preview) <= 80_000
    assert max(Image.open(io.BytesIO(preview)).size) >= 400
