"""The real recogniser on generated specimens: a handful, since each costs a second."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

import specimens
from embedded.platform import PLATFORM
from embedded.rundir import ROOT
from operations.__main__ import main
from services.identity.adapters.card_reader import CardReader
from services.identity.adapters.pictures import SafePictures
from services.identity.domain.documents import (
    Certainty,
    CropLabel,
    Declared,
    Outcome,
    Reading,
    Reason,
    SealFinding,
    SealKind,
    SealStatus,
    Verdict,
    judge,
)
from specimens import Holder
from tests.unit.identity.documents.test_seals import printed as seal_printed

ON = date(2025, 9, 1)
HOLDER = Holder("Brouillon-Lecroquis", "Éléonore Zoé", date(2008, 3, 4), "F", date(2020, 5, 6))
STRANGER = replace(HOLDER, surname="Labulle", given_names="Inès")
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


def read(reader: CardReader, *files: bytes) -> Reading:
    """As the service does: the files are made safe, then read."""
    return reader.read(SafePictures().sides(files), ON)


def verdict(reader: CardReader, *files: bytes, holder: Holder = HOLDER) -> Verdict:
    """The verdict when the holder declares themselves."""
    return judge(read(reader, *files), declared(holder), ON)


def png(picture: Image.Image) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def drawn(content: bytes) -> Image.Image:
    """The picture of a file."""
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize("document_format", specimens.FORMATS)
def test_a_clean_scan_is_exact_and_accepts_its_holder_only(reader: CardReader, document_format: str) -> None:
    """Difficulty 1 is read exactly; its holder is accepted, whoever else declares themselves is not."""
    reading = read(reader, *specimens.sides(HOLDER, format=document_format, seed=7))
    assert reading.certainty is Certainty.EXACT
    assert reading.fields is not None
    assert reading.fields.birth_date == HOLDER.birth_date
    assert judge(reading, declared(HOLDER), ON).outcome is Outcome.ACCEPTED
    outcomes = {judge(reading, Declared(*other), ON).outcome for other in OTHERS}
    assert Outcome.ACCEPTED not in outcomes


@pytest.mark.parametrize(("document_format", "difficulty"), [("td1", 3), ("fr_card_2x36", 2), ("td3", 3)])
def test_worn_pictures_accept_no_other_person(reader: CardReader, document_format: str, difficulty: int) -> None:
    """However poor the picture, what is accepted is what is printed."""
    reading = read(reader, specimens.card(HOLDER, format=document_format, difficulty=difficulty, seed=11))
    assert judge(reading, declared(HOLDER), ON).outcome is not Outcome.REFUSED
    assert all(judge(reading, Declared(*other), ON).outcome is not Outcome.ACCEPTED for other in OTHERS)


@pytest.mark.parametrize("document_format", ["td1", "td3", "fr_card_2x36"])
def test_a_forged_zone_is_never_accepted_alone(reader: CardReader, document_format: str) -> None:
    """Every check digit holds, the name declared is the zone's, and the print says another: a person looks."""
    pictures = specimens.sides(HOLDER, format=document_format, seed=8, coded=STRANGER)
    reading = read(reader, *pictures)
    assert reading.certainty is Certainty.EXACT
    assert judge(reading, declared(STRANGER), ON) == Verdict(Outcome.PERSON, (Reason.PRINTED_NAMES_DIFFER,))
    assert judge(reading, declared(HOLDER), ON).outcome is not Outcome.ACCEPTED


def test_a_back_alone_asks_for_the_front(reader: CardReader) -> None:
    """The side of the zone prints no name: the other one is asked for, and with it the card is accepted."""
    front, back = specimens.sides(HOLDER, difficulty=2, seed=9)
    assert verdict(reader, back).reasons == (Reason.OTHER_SIDE_NEEDED,)
    reading = read(reader, front, back)
    assert judge(reading, declared(HOLDER), ON).outcome is Outcome.ACCEPTED
    assert [(crop.label, crop.side) for crop in reading.crops] == [(CropLabel.NAMES, 1), (CropLabel.ZONE, 2)]
    assert all(drawn(crop.jpeg).width > 300 for crop in reading.crops)


def test_the_card_s_own_seal_is_shown_and_never_counted(reader: CardReader) -> None:
    """A seal whose scheme is not configured is cut out, described, and said not to be verified."""
    pictures = specimens.sides(HOLDER, seed=9, seal=seal_printed(b"\xd9\x01 an ISO 20248 seal"))
    reading = read(reader, *pictures)
    (seal,) = reading.seals
    assert (seal.kind, seal.status, seal.finding) == (
        SealKind.CARD_SEAL,
        SealStatus.NOT_VERIFIED,
        SealFinding.SCHEME_NOT_CONFIGURED,
    )
    assert CropLabel.SEAL in {crop.label for crop in reading.crops}
    assert judge(reading, declared(HOLDER), ON).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_card_is_read_whichever_way_it_lies(reader: CardReader, turn: int) -> None:
    """Upside down or sideways, the reader turns the picture itself."""
    picture = drawn(specimens.card(HOLDER, format="td3", seed=3)).rotate(turn, expand=True)
    assert verdict(reader, png(picture)).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("size", [(1700, 1200), (7300, 5400)], ids=["2 Mpx", "39 Mpx"])
def test_a_card_on_a_table_is_read_at_any_size(reader: CardReader, size: tuple[int, int]) -> None:
    """A telephone's picture holds more than the card, in 2 or in 40 million pixels."""
    card = drawn(specimens.card(HOLDER, format="td3", seed=3))
    share = 0.7 * size[0] / card.width
    card = card.resize((round(card.width * share), round(card.height * share)))
    table = Image.new("RGB", size, (90, 84, 72))
    table.paste(card, ((size[0] - card.width) // 2, (size[1] - card.height) // 2))
    file = io.BytesIO()
    table.save(file, "JPEG", quality=88)
    assert verdict(reader, file.getvalue()).outcome is Outcome.ACCEPTED


def test_a_scan_of_a_sheet_is_read(reader: CardReader) -> None:
    """A PDF from a scanner shows the card in its own size on a page of A4, 300 dots an inch."""
    page = Image.new("RGB", (2480, 3508), "white")
    page.paste(drawn(specimens.card(HOLDER, format="fr_card_2x36", seed=3)).resize((1240, 874)), (300, 400))
    file = io.BytesIO()
    page.save(file, "PDF", resolution=300)
    assert verdict(reader, file.getvalue()).outcome is Outcome.ACCEPTED


def test_an_expired_card_is_refused(reader: CardReader) -> None:
    """A card whose last day is past is refused for that alone."""
    expired = replace(HOLDER, expires_on=date(2025, 8, 31))
    assert verdict(reader, specimens.card(expired, seed=4)).reasons == (Reason.EXPIRED,)


def test_somebody_else_s_card_is_refused(reader: CardReader) -> None:
    """A whole and valid card of another person is refused for its name and its date."""
    other = replace(STRANGER, birth_date=date(2001, 9, 30))
    assert verdict(reader, specimens.card(other, seed=4)).reasons == (Reason.NAME_DIFFERS, Reason.BIRTH_DATE_DIFFERS)


def _cat() -> bytes:
    """A drawing of a cat."""
    picture = Image.new("RGB", (1200, 900), "#dcd3bd")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(400, 380), (430, 180), (540, 300)], fill="#6b5a45")
    draw.polygon([(800, 380), (770, 180), (660, 300)], fill="#6b5a45")
    draw.ellipse((380, 260, 820, 700), fill="#6b5a45")
    for eye in (500, 640):
        draw.ellipse((eye, 420, eye + 60, 500), fill="#d6e27a")
        for whisker in (-30, 0, 30):
            draw.line((600, 580, 600 + (eye - 570) * 5, 580 + whisker * 2), fill="#222222", width=3)
    return png(picture)


def _blurred() -> bytes:
    file = io.BytesIO()
    drawn(specimens.card(HOLDER, seed=5)).filter(ImageFilter.GaussianBlur(14)).save(file, "JPEG")
    return file.getvalue()


def _upper_half() -> bytes:
    """Text without any zone."""
    return png(drawn(specimens.card(HOLDER, seed=5)).crop((0, 0, 1300, 560)))


def _left_half() -> bytes:
    """Every line of the zone runs out of the picture."""
    return png(drawn(specimens.card(HOLDER, seed=5)).crop((0, 0, 760, 820)))


def _lower_cut() -> bytes:
    """The last line of the zone is cut through."""
    return png(drawn(specimens.card(HOLDER, seed=5)).crop((0, 0, 1300, 708)))


def _two_cards() -> bytes:
    """One above the other."""
    cards = [drawn(specimens.card(person, format="td3", seed=5)) for person in (HOLDER, STRANGER)]
    both = Image.new("RGB", (1400, 1960), (96, 84, 72))
    for number, card in enumerate(cards):
        both.paste(card, (50, 40 + number * 960))
    return png(both)


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (_blurred, Reason.BLURRED),
        (_upper_half, Reason.NOT_A_DOCUMENT),
        (_cat, Reason.NOT_A_DOCUMENT),
        (_left_half, Reason.CUT_OFF),
        (_lower_cut, Reason.CUT_OFF),
        (_two_cards, Reason.TWO_DOCUMENTS),
    ],
    ids=["blur", "poster", "cat", "left half", "last line", "two cards"],
)
def test_what_cannot_be_read_is_explained(reader: CardReader, picture: Callable[[], bytes], reason: Reason) -> None:
    """A picture without one whole document says what to do better."""
    reading = read(reader, picture())
    assert (reading.fields, reading.defects) == (None, (reason,))
    assert judge(reading, declared(HOLDER), ON) == Verdict(Outcome.REFUSED, (reason,))


def test_two_sides_of_two_documents_are_none(reader: CardReader) -> None:
    """A front and a zone that belong to two documents are not one document."""
    passport = specimens.card(HOLDER, format="td3", seed=5)
    card = specimens.card(HOLDER, format="fr_card_2x36", seed=6)
    assert verdict(reader, passport, card).reasons == (Reason.TWO_DOCUMENTS,)


def test_the_command_prints_one_object_a_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`card read` reads files against a declaration, sides joined by a plus, and says why a file is not read."""
    front, back = specimens.sides(HOLDER, difficulty=2, seed=6)
    for name, content in (("front.jpg", front), ("back.jpg", back), ("empty.jpg", b"")):
        (tmp_path / name).write_bytes(content)
    said = tmp_path / "declared.json"
    said.write_text(json.dumps({"surname": "Gabarit", "given_names": "Hugo", "birth_date": "2008-03-04"}))
    both = f"{tmp_path / 'front.jpg'}+{tmp_path / 'back.jpg'}"
    arguments = [both, str(tmp_path / "empty.jpg"), "--on", "2025-09-01", "--json"]
    assert main(["card", "read", *arguments, "--declared", str(said)]) == 0
    first, second = (json.loads(line) for line in capfd.readouterr().out.splitlines())
    assert (first["file"], first["format"]) == (both, "td1")
    assert (first["verdict"], first["reasons"]) == ("refused", ["name_differs"])
    assert first["fields"]["surname"] == "BROUILLON LECROQUIS"
    assert first["printed"]["surname"] == "BROUILLON-LECROQUIS"
    assert first["seconds"] > 0
    assert (second["fields"], second["verdict"], second["reasons"]) == (None, "refused", ["unsupported_format"])


_READ_ONE = """
import sys
from datetime import date
from services.identity.adapters.card_reader import CardReader
reading = CardReader().read([sys.stdin.buffer.read()], date(2025, 9, 1))
sys.exit(0 if reading.fields else 3)
"""


@pytest.mark.parametrize(("share", "lives"), [(1.0, True), (0.12, False)], ids=["its own", "an eighth"])
def test_a_reader_lives_within_its_memory_and_dies_beyond_it(share: float, lives: bool) -> None:
    """The platform's limit leaves room for the largest picture; a reader that needs more than its limit ends."""
    (limit,) = {process.memory_limit_bytes for process in PLATFORM.processes if process.command[-1] == "reader"}
    assert limit is not None
    card = drawn(specimens.card(HOLDER, format="td3", seed=3)).resize((3000, 2109))
    (picture,) = SafePictures().sides([png(card)])
    bounded = ["prlimit", f"--data={int(limit * share)}", "--", sys.executable, "-c", _READ_ONE]
    done = subprocess.run(bounded, input=picture, cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode == 0) is lives, done.stderr.decode()[-2000:]
