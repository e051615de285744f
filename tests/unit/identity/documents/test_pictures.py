"""Files that strangers send: what is refused before anything is read, and what is left of them."""

import io
import struct
import zlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.identity.adapters.card_reader import CardReader
from services.identity.adapters.card_reader.geometry import Corners
from services.identity.adapters.card_reader.pixels import Pixels
from services.identity.adapters.card_reader.spotting import TextSpotter
from services.identity.adapters.picture_files import limits, opening
from services.identity.adapters.picture_files.defects import Defect
from services.identity.adapters.picture_files.opening import PictureRefusedError, open_file
from services.identity.adapters.picture_files.safe_picture import SafePicture
from services.identity.adapters.pictures import SafePictures
from services.identity.domain.documents import Reason
from services.identity.domain.refusals import PictureRefused

_ORIENTATION = 0x0112
_ARTIST = 0x013B


class UnusedSpotter(TextSpotter):
    """A recogniser that must not be reached: recognition costs a second."""

    def boxes(self, pixels: Pixels, *, closer: bool = False) -> list[Corners]:
        raise AssertionError(f"refuse {pixels.shape} before")

    def read(self, strips: Sequence[Pixels]) -> list[tuple[str, float]]:
        raise AssertionError(f"refuse {len(strips)} strips before")


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


def pdf(pages: int, extra: bytes = b"") -> bytes:
    """A PDF of blank pages; `extra` goes into its catalogue."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % extra,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages,
    ]
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        size, table, size, len(body),
    )  # fmt: skip


def screenshot() -> bytes:
    """A telephone's screen with a picture in its middle."""
    screen = Image.new("RGB", (1080, 2340), "black")
    screen.paste(Image.effect_noise((1080, 700), 60).convert("RGB"), (0, 800))
    file = io.BytesIO()
    screen.save(file, "PNG")
    return file.getvalue()


def refusal(content: bytes) -> Reason:
    """Why this file is refused."""
    with pytest.raises(PictureRefusedError) as refused:
        open_file(content)
    return refused.value.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.UNSUPPORTED_FORMAT),
        (b"MZ\x90\x00" + b"\x00" * 400, Reason.UNSUPPORTED_FORMAT),
        (b"\x7fELF" + b"\x00" * 400, Reason.UNSUPPORTED_FORMAT),
        (picture(form="GIF"), Reason.UNSUPPORTED_FORMAT),
        (b"\xff\xd8\xff" + b"\x00" * 40, Reason.DAMAGED_FILE),
        (picture()[:1500], Reason.DAMAGED_FILE),
        (picture(form="PNG")[:-60], Reason.DAMAGED_FILE),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 60, Reason.DAMAGED_FILE),
        (b"%PDF-1.7 nothing", Reason.DAMAGED_FILE),
        (picture() + b"\x00" * limits.MAX_BYTES, Reason.TOO_HEAVY),
        (huge_png(6400), Reason.TOO_LARGE),
        (huge_png(20_000), Reason.TOO_LARGE),
        (huge_png(60_000), Reason.TOO_LARGE),
        (pdf(3), Reason.PDF_TOO_LONG),
        (pdf(500), Reason.PDF_TOO_LONG),
        (pdf(1, b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), Reason.PDF_WITH_SCRIPT),
        (screenshot(), Reason.SCREENSHOT),
    ],
    ids=[
        "empty", "executable", "elf", "gif", "signature", "cut jpeg", "cut png", "cut heic", "cut pdf", "heavy",
        "41 Mpx", "400 Mpx", "3600 Mpx", "3 pages", "500 pages", "script", "screenshot",
    ],
)  # fmt: skip
def test_files_that_are_refused(content: bytes, reason: Reason) -> None:
    """A file that is not a whole picture within the limits is refused for what is wrong with it."""
    assert refusal(content) is reason


def test_every_defect_of_a_file_has_its_sentence() -> None:
    """What the child process finds is told to the person: each of its codes is a reason's."""
    assert {Reason(defect.value).name for defect in Defect} == {defect.name for defect in Defect}


def test_a_file_that_ends_its_child_is_refused_and_the_caller_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that dies or hangs takes nobody with it: the file counts as damaged."""
    monkeypatch.setattr(opening, "_CHILD", ("/bin/sh", "-c", "kill -SEGV $$"))
    assert refusal(picture()) is Reason.DAMAGED_FILE
    monkeypatch.setattr(opening, "_CHILD", ("/bin/sh", "-c", "cat >/dev/null"))
    assert refusal(picture()) is Reason.DAMAGED_FILE
    monkeypatch.setattr(opening, "PATIENCE_S", 0.05)
    monkeypatch.setattr(opening, "_CHILD", ("/bin/sh", "-c", "cat >/dev/null; exec sleep 60"))
    assert refusal(picture()) is Reason.DAMAGED_FILE


def test_the_child_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes over the decoder finds no address and no password."""
    monkeypatch.setenv("IDENTITY_DATABASE_URL", "postgresql://secret")
    monkeypatch.setattr(opening, "_CHILD", ("/bin/sh", "-c", "env | grep -q secret && echo '{\"sizes\": [1]}'"))
    assert refusal(picture()) is Reason.DAMAGED_FILE


def test_the_child_keeps_within_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would need more memory than the child may take is refused, not given."""
    monkeypatch.setattr(opening, "_CHILD", (*opening._CHILD[:1], "-c", _GREEDY))
    assert refusal(picture()) is Reason.DAMAGED_FILE


_GREEDY = """
from services.identity.adapters.picture_files import __main__ as child
child._bound()
bytearray(2_000_000_000)
print('{"sizes": []}')
"""


def test_orientation_is_applied_and_metadata_dropped() -> None:
    """A picture taken sideways stands upright, and nobody's name is left in the file."""
    exif = Image.Exif()
    exif[_ORIENTATION], exif[_ARTIST] = 6, "Zoé Labulle"
    (safe,) = open_file(picture((800, 500), exif=exif))
    again = Image.open(io.BytesIO(safe.jpeg))
    assert again.size == (500, 800)
    assert dict(again.getexif()) == {}
    assert b"Labulle" not in safe.jpeg


def test_what_was_appended_to_a_file_is_dropped() -> None:
    """Re-encoding leaves nothing of a second file hidden behind the first."""
    (safe,) = open_file(picture() + b"<script>alert(1)</script>")
    assert b"<script>" not in safe.jpeg


@pytest.mark.parametrize("size", [(1600, 1250), (4200, 3000), (7300, 5400)], ids=["2 Mpx", "13 Mpx", "39 Mpx"])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_pictures_of_all_sizes_are_opened_and_large_ones_brought_down(form: str, size: tuple[int, int]) -> None:
    """From 2 to 40 million pixels a picture is opened, and read at 3,000 px at most."""
    (safe,) = open_file(picture(size, form=form))
    assert max(safe.image.size) == min(max(size), limits.LONGEST_SIDE_PX)


def test_a_telephone_s_heic_is_opened() -> None:
    """An iPhone's own format is opened as any other, and a part of one is a damaged file."""
    content = Path(__file__).with_name("specimen.heic").read_bytes()
    assert open_file(content)[0].image.size == (1300, 914)
    assert refusal(content[: len(content) // 2]) is Reason.DAMAGED_FILE


def test_a_pdf_of_two_pages_is_two_sides() -> None:
    """A scan of front and back on two pages is a document in two sides."""
    assert [side.image.size for side in open_file(pdf(2))] == [(2120, 3000)] * 2


def test_no_more_than_two_sides_are_taken() -> None:
    """Two files that hold three sides are refused with a sentence, whatever is on them."""
    with pytest.raises(PictureRefused) as refused:
        SafePictures().sides([pdf(2), picture()])
    assert refused.value.code == Reason.TOO_MANY_SIDES.value


def test_transparency_becomes_white() -> None:
    """A transparent background is paper, not ink."""
    file = io.BytesIO()
    Image.new("RGBA", (600, 400), (0, 0, 0, 0)).save(file, "PNG")
    assert np.all(np.asarray(open_file(file.getvalue())[0].image) == 255)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(picture((400, 300)), Reason.TOO_SMALL), (picture(grey=20), Reason.TOO_DARK)],
    ids=["small", "dark"],
)
def test_useless_pictures_cost_no_recognition(content: bytes, reason: Reason) -> None:
    """A picture that cannot be read is refused with its reason before the recogniser runs, at the door already."""
    reading = CardReader(UnusedSpotter()).read([content], date(2025, 9, 1))
    assert (reading.fields, reading.defects) == (None, (reason,))
    with pytest.raises(PictureRefused) as refused:
        SafePictures().sides([content])
    assert (refused.value.code, refused.value.sentence) == (reason.value, reason.sentence)


def test_a_preview_is_light_whatever_the_picture() -> None:
    """Noise is the worst that a JPEG can hold: a page still shows it in 80 kB."""
    noise = np.random.default_rng(1).integers(0, 256, (2400, 2400, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "JPEG")

    preview = SafePicture(file.getvalue()).preview()

    assert len(preview) <= 80_000
    assert max(Image.open(io.BytesIO(preview)).size) >= 400
