"""The real recogniser on generated specimens: a handful, since each costs a second."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

import specimens
from services.identity.adapters.card_reader import CardReader
from services.identity.adapters.card_reader.__main__ import main
from services.identity.domain.documents import Certainty, Declared, Outcome, Reading, Reason, judge
from specimens import Holder

ON = date(2025, 9, 1)
HOLDER = Holder("Brouillon-Lecroquis", "Éléonore Zoé", date(2008, 3, 4), "F", date(2020, 5, 6))
OTHERS = (
    ("Brouillon-Lecroquit", "Éléonore Zoé", date(2008, 3, 4)),
    ("Brouillon-Lecroquis", "Hugo", date(2008, 3, 4)),
    ("Brouillon-Lecroquis", "Éléonore Zoé", date(2008, 3, 14)),
    ("Labulle", "Zoé", date(2001, 1, 1)),
)


@pytest.fixture(scope="module")
def reader() -> CardReader:
    """One reader for all: its models take a second to load."""
    return CardReader()


def declared(holder: Holder) -> Declared:
    """What the holder says of themselves."""
    return Declared(holder.surname, holder.given_names, holder.birth_date)


@pytest.mark.parametrize("document_format", specimens.FORMATS)
def test_a_clean_scan_is_exact_and_accepts_its_holder_only(reader: CardReader, document_format: str) -> None:
    """Difficulty 1 is read exactly; its holder is accepted, whoever else declares themselves is not."""
    reading = reader.read([specimens.card(HOLDER, format=document_format, seed=7)], ON)
    assert reading.certainty is Certainty.EXACT
    assert reading.fields is not None
    assert (reading.fields.format, reading.fields.birth_date) == (document_format, HOLDER.birth_date)
    assert judge(reading, declared(HOLDER), ON).outcome is Outcome.ACCEPTED
    outcomes = {judge(reading, Declared(*other), ON).outcome for other in OTHERS}
    assert Outcome.ACCEPTED not in outcomes


@pytest.mark.parametrize(("document_format", "difficulty"), [("td1", 3), ("fr_card_2x36", 2), ("td3", 3)])
def test_worn_pictures_accept_no_other_person(reader: CardReader, document_format: str, difficulty: int) -> None:
    """However poor the picture, what is accepted is what is printed."""
    picture = specimens.card(HOLDER, format=document_format, difficulty=difficulty, seed=11)
    reading = reader.read([picture], ON)
    assert judge(reading, declared(HOLDER), ON).outcome is not Outcome.REFUSED
    assert all(judge(reading, Declared(*other), ON).outcome is not Outcome.ACCEPTED for other in OTHERS)


def test_a_card_upside_down_is_read(reader: CardReader) -> None:
    """The reader turns the picture itself."""
    upright = Image.open(io.BytesIO(specimens.card(HOLDER, seed=3)))
    file = io.BytesIO()
    upright.rotate(180).save(file, "PNG")
    assert judge(reader.read([file.getvalue()], ON), declared(HOLDER), ON).outcome is Outcome.ACCEPTED


def test_an_expired_card_is_refused(reader: CardReader) -> None:
    """A card whose last day is past is refused for that alone."""
    expired = replace(HOLDER, expires_on=date(2025, 8, 31))
    verdict = judge(reader.read([specimens.card(expired, seed=4)], ON), declared(HOLDER), ON)
    assert verdict.reasons == (Reason.EXPIRED,)


def _blurred() -> bytes:
    file = io.BytesIO()
    picture = Image.open(io.BytesIO(specimens.card(HOLDER, seed=5))).convert("RGB")
    picture.filter(ImageFilter.GaussianBlur(14)).save(file, "JPEG")
    return file.getvalue()


def _poster() -> bytes:
    """Text without any zone: the upper half of a card."""
    file = io.BytesIO()
    Image.open(io.BytesIO(specimens.card(HOLDER, seed=5))).crop((0, 0, 1300, 560)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("picture", "reason"), [(_blurred, Reason.BLURRED), (_poster, Reason.NOT_A_DOCUMENT)], ids=["blur", "poster"]
)
def test_what_cannot_be_read_is_explained(reader: CardReader, picture: Callable[[], bytes], reason: Reason) -> None:
    """A picture without a readable zone says what to do better."""
    assert reader.read([picture()], ON) == Reading(None, Certainty.DOUBTFUL, (reason,))


def test_the_command_prints_one_object_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command reads a file against a declaration and prints verdict, fields and seconds."""
    picture, said = tmp_path / "card.png", tmp_path / "declared.json"
    picture.write_bytes(specimens.card(HOLDER, seed=6))
    said.write_text(json.dumps({"surname": "Gabarit", "given_names": "Hugo", "birth_date": "2008-03-04"}))
    assert main([str(picture), "--declared", str(said), "--on", "2025-09-01", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["format"], report["verdict"], report["reasons"]) == ("td1", "refused", ["name_differs"])
    assert report["fields"]["surname"] == "BROUILLON LECROQUIS"
    assert report["seconds"] > 0
