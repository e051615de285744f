"""What a partner's statement looks like on paper, read again from the PDF."""

from __future__ import annotations

import io
import re
import threading
import unicodedata
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from chassis import pdfs as chassis_pdfs
from chassis.clock import PARIS
from chassis.errors import Overloaded
from rulebooks.schedule import Period
from services.payout.adapters.statement_pdf import StatementPdfs, content_of
from services.payout.domain.amounts import euros
from services.payout.domain.statement import Payee, PrintedStatement, StatementLine, sections, statement

AT = datetime(2025, 9, 1, 9, 30, tzinfo=PARIS)
PARTNER_ID = str(uuid.UUID(int=7))
INERT = (
    '#eval("1")', "= titre", "*gras* _penché_ `code` $x$", "<script>alert(1)</script>", '=HYPERLINK("x";"y")',
    "// remarque", "#sys.inputs", "@renvoi <étiquette>", "\\u{41}", "-- --- ... ~",
)  # fmt: skip


def printed(lines: list[StatementLine], name: str = "Cinéma Omnia") -> PrintedStatement:
    return PrintedStatement(
        authority="Région Normandie",
        payee=Payee(PARTNER_ID, name, "Rouen"),
        reference="ATOUTS-20250930-ABCDEF123456",
        period=Period(date(2025, 9, 1), date(2025, 9, 30)),
        due_on=date(2025, 10, 16),
        issued_at=datetime(2025, 10, 2, 9, tzinfo=PARIS),
        sections=sections(lines),
    )


def lines(count: int, benefit: str = "Cinéma") -> list[StatementLine]:
    """Every third one is a cancellation."""
    return [
        StatementLine(
            at=AT + timedelta(minutes=number),
            scheme_title="Atouts Culture & Sport",
            benefit_title=benefit,
            reference=str(uuid.UUID(int=number + 1)),
            amount_cents=-650 if number % 3 == 2 else 123450,
        )
        for number in range(count)
    ]


def read(made: PrintedStatement) -> PdfReader:
    return PdfReader(io.BytesIO(StatementPdfs().write(made)))


def text_of(made: PrintedStatement) -> str:
    return "\n".join(page.extract_text() for page in read(made).pages)


def tags(node: Any) -> Iterator[str]:
    """The roles of the structure tree, in reading order."""
    node = node.get_object()
    if "/S" in node:
        yield str(node["/S"])
    children = node.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        if hasattr(child.get_object(), "get"):
            yield from tags(child)


def test_it_names_who_is_paid_what_for_which_period_and_by_when() -> None:
    text = text_of(printed(lines(3)))

    for told in (
        "Région Normandie",
        "Partenaire Cinéma Omnia",
        "Commune Rouen",
        f"Identifiant du partenaire {PARTNER_ID}",
        "Numéro du versement ATOUTS-20250930-ABCDEF123456",
        "Période du 1er\u00a0septembre 2025 au 30\u00a0septembre 2025",
        "Versement approuvé le 2\u00a0octobre 2025",
        "Virement au plus tard le 16\u00a0octobre 2025",
    ):
        assert told.replace("\u00a0", " ") in text.replace("\u00a0", " ")


def test_movements_are_grouped_by_benefit_each_with_its_total() -> None:
    text = text_of(printed([*lines(3, "Spectacles"), *lines(1, "Cinéma")]))

    rows = [line.replace("\u202f", " ").replace("\u00a0", " ") for line in text.splitlines()]
    assert [row for row in rows if row.startswith("Atouts Culture & Sport")] == [
        "Atouts Culture & Sport Cinéma 1 1 234,50 €",
        "Atouts Culture & Sport Spectacles 3 2 462,50 €",
    ]
    assert [row for row in rows if row.startswith("Total ")] == [
        "Total 4 3 697,00 €",
        "Total 1 1 234,50 €",
        "Total 3 2 462,50 €",
    ]
    assert f"01/09/2025 09:32 Annulation {uuid.UUID(int=3)} -6,50 €" in rows


@pytest.mark.parametrize("inert", INERT)
def test_a_name_or_a_title_is_printed_as_it_is_and_never_run(inert: str) -> None:
    text = text_of(printed(lines(1, benefit=inert), name=inert))

    assert f"Partenaire {inert}" in text
    assert text.count(inert) == 3  # the partner, the summary's row, the heading


@pytest.mark.parametrize("count", [0, 1, 2_000])
def test_it_says_the_same_as_the_csv_to_the_cent(count: int) -> None:
    made = lines(count)

    text = text_of(printed(made)).replace("\u202f", "").replace("\u00a0", " ")

    table = statement(made)
    told = re.findall(r"(\d\d/\d\d/\d{4}) \d\d:\d\d \w+ ([0-9a-f-]{36}) (-?\d+),(\d\d) €", text)
    amounts = [int(f"{whole}{cents}") for _, _, whole, cents in told]
    assert len(told) == table.movements == count
    assert [reference for _, reference, _, _ in told] == [line.reference for line in made]
    assert sum(amounts) == table.total_cents
    assert f"Montant versé {euros(table.total_cents)}".replace("\u202f", "").replace("\u00a0", " ") in text


def test_headings_of_the_table_and_the_page_s_number_come_on_every_page() -> None:
    pages = [page.extract_text() for page in read(printed(lines(150))).pages]

    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert "Date Heure Opération Référence Montant" in page
        assert f"Page {number} sur {len(pages)}" in page


def test_it_can_be_read_aloud() -> None:
    """Tagged, titled and in French, as PDF/UA-1 asks: a screen reader tells headings, tables and their heads."""
    reader = read(printed(lines(2)))
    root: Any = reader.trailer["/Root"]
    roles = list(tags(root["/StructTreeRoot"]))

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("fr")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Relevé du versement ATOUTS-20250930-ABCDEF123456"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert roles.count("/Table") == 2
    assert roles.count("/TH") == 9
    assert {"/H1", "/H2", "/TR", "/TD"} <= set(roles)


def test_the_same_statement_is_the_same_file_with_the_date_of_its_approval() -> None:
    made = printed(lines(5))

    first, again = StatementPdfs().write(made), StatementPdfs().write(made)

    assert first == again
    metadata = PdfReader(io.BytesIO(first)).metadata
    assert metadata is not None
    assert metadata.creation_date == made.issued_at


def test_every_character_that_is_said_to_be_shown_has_a_glyph() -> None:
    """PDF/UA-1 refuses a text without one: a statement would not be made at all."""
    codes = [code for first, last in chassis_pdfs.SHOWN for code in range(first, last + 1)]
    known = [chr(code) for code in codes if unicodedata.category(chr(code)) not in ("Cn", "Cf")]

    assert StatementPdfs().write(printed(lines(1), name=" ".join(known))).startswith(b"%PDF")


def test_a_character_that_no_font_shows_is_marked_and_the_statement_is_made() -> None:
    told = text_of(printed(lines(1), name="Ciné 影院 😀"))

    assert "Partenaire Ciné \ufffd\ufffd \ufffd" in told


def test_a_partner_that_the_directory_does_not_know_is_named_by_its_id() -> None:
    told = dict(content_of(printed(lines(1), name=""))["facts"])

    assert told["Partenaire"] == PARTNER_ID


def test_past_those_who_may_wait_a_statement_is_refused_at_once() -> None:
    """Papers are made one at a time: a storm of requests takes no memory from the rest."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(_asked: str) -> bytes:
        begun.set()
        assert go_on.wait(timeout=20)
        return b"%PDF"

    pdfs, made = StatementPdfs(slow), printed(lines(1))
    with ThreadPoolExecutor(9) as callers:
        first = callers.submit(pdfs.write, made)
        assert begun.wait(timeout=20)
        waiting = [callers.submit(pdfs.write, made) for _ in range(8)]
        wait_until_held(pdfs)
        with pytest.raises(Overloaded):
            pdfs.write(made)
        go_on.set()
        assert [done.result(timeout=20) for done in (first, *waiting)] == [b"%PDF"] * 9


def wait_until_held(pdfs: StatementPdfs) -> None:
    """Until every place is taken."""
    deadline = threading.Event()
    for _ in range(2_000):
        if pdfs._pdfs._held.acquire(blocking=False):
            pdfs._pdfs._held.release()
            deadline.wait(0.01)
        else:
            return
    raise AssertionError("the places were not taken in time")
