"""What is printed on a card: an address that an envelope bears, a photo that is a photo and nothing else."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from services.identity.adapters.pictures import SafePictures
from services.identity.domain.card_holders import PostalAddress, fit_address
from services.identity.domain.refusals import AddressUnfit, PictureRefused

GIVEN = PostalAddress(("  12 rue  des Essais ", ""), "14000", "Caen")


def test_an_address_is_kept_with_single_spaces_and_no_empty_line() -> None:
    assert fit_address(GIVEN) == PostalAddress(("12 rue des Essais",), "14000", "Caen")


@pytest.mark.parametrize(
    ("lines", "postal_code", "town", "field"),
    [
        ((), "14000", "Caen", "lines"),
        (("a", "b", "c", "d"), "14000", "Caen", "lines"),
        (("x" * 39,), "14000", "Caen", "lines"),
        (("=HYPERLINK(1)",), "14000", "Caen", "lines"),
        (("12 rue\u202e",), "14000", "Caen", "lines"),
        (("12 rue",), "1400", "Caen", "postal_code"),
        (("12 rue",), "14000 ", "Caen", "postal_code"),
        (("12 rue",), "14000", " ", "town"),
    ],
)
def test_what_no_envelope_bears_is_refused_at_its_field(
    lines: tuple[str, ...], postal_code: str, town: str, field: str
) -> None:
    """Too long for a machine that sorts post, invisible, or a formula to the printer's spreadsheet."""
    with pytest.raises(AddressUnfit) as refused:
        fit_address(PostalAddress(lines, postal_code, town))
    assert refused.value.field == field


def _picture(width: int, height: int, **more: object) -> bytes:
    file = io.BytesIO()
    noise = Image.effect_noise((width, height), 90).convert("RGB")
    noise.save(file, "JPEG", **more)
    return file.getvalue()


def test_a_photo_is_made_anew_small_and_without_what_the_file_told() -> None:
    """Even of noise: 40 kB at most, upright, without the place and time that the camera wrote."""
    exif = Image.Exif()
    exif[0x010E] = "au 12 rue des Essais"
    kept = SafePictures().portrait(_picture(2400, 3200, exif=exif))
    again = Image.open(io.BytesIO(kept))
    assert len(kept) <= 40_000
    assert max(again.size) <= 640
    assert not again.getexif()
    assert b"Essais" not in kept


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureRefused):
        SafePictures().portrait(content)


def test_a_photo_that_is_too_small_is_told_as_a_photo() -> None:
    """Not as an ID card."""
    with pytest.raises(PictureRefused) as refused:
        SafePictures().portrait(_picture(199, 400))
    assert refused.value.code == "too_small"
    assert "carte" not in refused.value.sentence
