"""Seals: read from a picture, verified against certificates, and worth no more than that."""

import io
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import specimens
from services.identity.adapters.card_reader.certificates import signers_in
from services.identity.adapters.card_reader.pixels import pixels_of
from services.identity.adapters.card_reader.seals import SealReader
from services.identity.domain.documents import SealedHolder, SealFinding, SealKind, SealStatus
from services.identity.domain.documents.two_d_doc import parse
from tests.unit.identity.documents.seal_authority import HOLDER, certificate, signed

ON = date(2025, 9, 1)
AUTHORITY_KEY, SIGNER_KEY, STRANGER_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
AUTHORITY = certificate("XX00", AUTHORITY_KEY, "XX00", AUTHORITY_KEY)
SIGNER = certificate("0001", SIGNER_KEY, "XX00", AUTHORITY_KEY)
READER = SealReader({"XX000001": SIGNER})


def printed(content: bytes) -> Image.Image:
    """The seal as a DataMatrix."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.DataMatrix)
    return Image.fromarray(np.asarray(code.to_image(scale=4, add_quiet_zones=True))).convert("RGB")


@pytest.mark.parametrize("difficulty", [1, 2])
def test_a_seal_on_a_picture_is_read_and_verified(difficulty: int) -> None:
    """From the printed code to what it says: the holder's names and birth date, and that the signature holds."""
    holder = specimens.Holder("Labulle", "Zoé Inès", date(2008, 3, 4), "F", date(2023, 2, 1))
    _, back = specimens.sides(holder, difficulty=difficulty, seed=3, seal=printed(signed(SIGNER_KEY)))
    (seen,) = READER.seals_on(pixels_of(Image.open(io.BytesIO(back)).convert("RGB")), ON)
    assert (seen.seal.kind, seen.seal.status) == (SealKind.TWO_D_DOC, SealStatus.VERIFIED)
    assert seen.seal.holder == SealedHolder("LABULLE", "ZOE INES", date(2008, 3, 4))
    assert seen.seal.says["Nom de naissance"] == "LABULLE"


@pytest.mark.parametrize(
    ("content", "finding", "status"),
    [
        (signed(STRANGER_KEY), SealFinding.SIGNATURE_WRONG, SealStatus.INVALID),
        (signed(SIGNER_KEY).replace(b"LABULLE", b"GABARIT"), SealFinding.SIGNATURE_WRONG, SealStatus.INVALID),
        (signed(SIGNER_KEY, certificate_name="XX000002"), SealFinding.CERTIFICATE_UNKNOWN, SealStatus.NOT_VERIFIED),
        (
            signed(SIGNER_KEY, signed_on=date(2021, 5, 5)),
            SealFinding.CERTIFICATE_OUT_OF_DATE,
            SealStatus.NOT_VERIFIED,
        ),
        (b"DC04nonsense", SealFinding.MALFORMED, SealStatus.INVALID),
        (signed(SIGNER_KEY)[:-9], SealFinding.MALFORMED, SealStatus.INVALID),
        (b"\xd9\x01\x02digsig", SealFinding.SCHEME_NOT_CONFIGURED, SealStatus.NOT_VERIFIED),
    ],
    ids=["stranger", "changed", "unknown signer", "before its certificate", "nonsense", "cut", "card's own seal"],
)
def test_a_seal_is_worth_what_could_be_verified(content: bytes, finding: SealFinding, status: SealStatus) -> None:
    """Only a signature that holds, by a certificate of its day, verifies; the card's own seal never does."""
    seal = READER.seal_of(content, ON)
    assert (seal.finding, seal.status) == (finding, status)
    assert seal.finding.sentence.endswith(".")


@given(place=st.integers(0, 61), change=st.integers(1, 255))
def test_no_byte_of_what_was_signed_can_change(place: int, change: int) -> None:
    """Whatever byte is changed, the seal does not verify."""
    content = bytearray(signed(SIGNER_KEY))
    content[place % content.index(b"\x1f")] ^= change
    assert READER.seal_of(bytes(content), ON).status is not SealStatus.VERIFIED


@given(content=st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_are_taken_calmly(content: bytes) -> None:
    """A code may hold anything: it is read or found malformed, never verified, and nothing breaks."""
    assert READER.seal_of(content, ON).status is not SealStatus.VERIFIED
    assert READER.seal_of(b"DC04" + content, ON).status is not SealStatus.VERIFIED


def test_fields_end_at_their_width_or_their_mark() -> None:
    """A field of fixed width needs no mark, any other goes on to its own; what is unknown is kept by its code."""
    code = parse(signed(SIGNER_KEY, {"69": "04032008", "62": "LABULLE\x1d", "Z9": "autre\x1d", "68": "F"}))
    assert code.fields == {"69": "04032008", "62": "LABULLE", "Z9": "autre", "68": "F"}
    assert code.holder == SealedHolder("LABULLE", "", date(2008, 3, 4))
    assert parse(signed(SIGNER_KEY, {"68": "F"})).holder is None
    with pytest.raises(ValueError, match="header"):
        parse(b"DC09" + signed(SIGNER_KEY)[4:])


def test_the_cache_believes_an_authority_that_was_put_there_and_whom_it_issued(tmp_path: Path) -> None:
    """A signer is believed when the authority of the cache issued its certificate; strangers and nonsense are not."""
    impostor = certificate("0002", STRANGER_KEY, "XX00", STRANGER_KEY)
    orphan = certificate("0001", SIGNER_KEY, "YY00", AUTHORITY_KEY)
    files = {"XX00": AUTHORITY, "XX000001": SIGNER, "XX000002": impostor, "YY000001": orphan}
    for name, each in files.items():
        (tmp_path / f"{name}.pem").write_bytes(each.public_bytes(Encoding.PEM))
    (tmp_path / "XX000003.pem").write_text("nonsense")
    assert set(signers_in(tmp_path)) == {"XX000001"}
    assert signers_in(None) == {}
    assert SealReader(signers_in(tmp_path)).seal_of(signed(SIGNER_KEY, HOLDER), ON).status is SealStatus.VERIFIED
