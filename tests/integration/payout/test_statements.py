"""Statements on request: the same movements as CSV and as PDF, while others may be away."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from atouts.payout.v1 import messages_pb2 as pb
from pypdf import PdfReader

from chassis.context import AccountKind
from chassis.errors import Malformed, NotAllowed, Operational
from chassis.grants import partner_scope
from services.payout.adapters.statement_pdf import StatementPdfs
from services.payout.domain import errors
from services.payout.entrypoints.doors import PartnerAccountDoor
from tests.integration.payout.stage import Stage, partner

MONDAY, NEXT_MONDAY = date(2025, 9, 8), date(2025, 9, 15)


@pytest.fixture
def shop(stage: Stage) -> str:
    """A partner paid 19,99 € by an issued run: two debits, one of them cancelled."""
    stage.open_season()
    shop = partner()
    stage.verify_iban(shop)
    stage.partner.names[shop] = "Libr'Œuvre #eval(1)"
    stage.debit(shop, 1999, MONDAY)
    stage.cancel(stage.debit(shop, 500, MONDAY))
    stage.move_to(NEXT_MONDAY)
    stage.issue(stage.runs("prepared")[0])
    return shop


def ask(stage: Stage, shop: str, form: pb.StatementFormat = pb.STATEMENT_FORMAT_PDF) -> pb.GetStatementResponse:
    (run,) = stage.runs("issued")
    request = pb.GetStatementRequest(run_id=run.run_id, partner_id=shop, format=form)
    answer: pb.GetStatementResponse = stage.call("GetStatement", request)
    return answer


def text_of(content: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_pdf_names_the_partner_and_tells_the_movements_of_the_csv(stage: Stage, shop: str) -> None:
    paper, table = ask(stage, shop), ask(stage, shop, pb.STATEMENT_FORMAT_CSV)

    text = text_of(paper.content)
    assert (paper.filename, paper.media_type) == ("releve-livres-equipement-2025-09-14.pdf", "application/pdf")
    assert (table.filename, table.media_type) == ("releve-livres-equipement-2025-09-14.csv", "text/csv; charset=utf-8")
    assert "Partenaire Libr'Œuvre #eval(1)" in text
    assert "Montant versé 19,99 €" in text
    references = [row.split(";")[4] for row in table.content.decode().splitlines()[1:-1]]
    assert len(references) == 3
    assert all(reference in text for reference in references)
    (run,) = stage.runs("issued")
    assert run.remittances[0].reference in text


def test_a_statement_is_csv_unless_asked_otherwise(stage: Stage, shop: str) -> None:
    assert ask(stage, shop, pb.STATEMENT_FORMAT_UNSPECIFIED) == ask(stage, shop, pb.STATEMENT_FORMAT_CSV)
    with pytest.raises(Malformed) as refused:
        ask(stage, shop, 9)  # type: ignore[arg-type]  # a newer caller's format
    assert refused.value.field == "format"


def test_the_same_statement_asked_twice_is_the_same_file(stage: Stage, shop: str) -> None:
    assert ask(stage, shop).content == ask(stage, shop).content


def test_while_partner_is_away_the_csv_is_there_and_the_pdf_waits(stage: Stage, shop: str) -> None:
    stage.partner.is_away = True

    with pytest.raises(Operational):
        ask(stage, shop)
    assert b"19,99" in ask(stage, shop, pb.STATEMENT_FORMAT_CSV).content


def test_nothing_is_laid_out_inside_a_transaction(stage: Stage, shop: str) -> None:
    """Typesetting takes a while: no connection and no lock is held meanwhile."""
    held: list[int] = []
    (run,) = stage.runs("issued")

    def typeset(_asked: str) -> bytes:
        held.append(stage.database.engine.pool.checkedout())  # type: ignore[attr-defined]  # QueuePool's own
        return b"%PDF"

    parts = replace(stage.parts, statement_pdfs=StatementPdfs(typeset))
    stage._doors = (PartnerAccountDoor(parts),)  # type: ignore[assignment]
    request = pb.GetStatementRequest(run_id=run.run_id, partner_id=shop, format=pb.STATEMENT_FORMAT_PDF)

    assert stage.call("GetStatement", request).content == b"%PDF"
    assert held == [0]


def test_a_pdf_is_refused_as_the_csv_is(stage: Stage, shop: str) -> None:
    """A partner that the run does not pay, and a delegate of another."""
    other, delegate = partner(), partner()
    stage.grant(delegate, partner_scope(other), "principal")
    (run,) = stage.runs("issued")
    request = pb.GetStatementRequest(run_id=run.run_id, partner_id=shop, format=pb.STATEMENT_FORMAT_PDF)

    with pytest.raises(NotAllowed):
        stage.call("GetStatement", request, by=delegate, kind=AccountKind.PARTNER)
    with pytest.raises(errors.NotInRun):
        ask(stage, other)
