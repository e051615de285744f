"""What no sum shows: a season as told has nothing against it, and each promise that is broken is found."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from demo.client import Caller, Gateway
from demo.files import Statement
from demo.neighbour import Neighbour
from demo.readings import Readings
from demo.record import Record
from demo.season_check import findings, is_tagged
from tests.unit.demo.test_draw_check import an_honest_draw
from tests.unit.demo.test_ledger_check import a_season

LINKED = "0f0e0d0c-0b0a-4908-8706-050403020100"
STRANGER = "11111111-2222-4333-8444-555555555555"
TAGGED = b"%PDF-1.7 /MarkInfo /StructTreeRoot"


@pytest.fixture
def told() -> tuple[Readings, Record, Neighbour]:
    """A season in which everything promised was done."""
    record = Record(linked={"e2": LINKED}, draws=[an_honest_draw()])
    record.expect_mail("account_opened")
    record.mails_arrived["account_opened"] = 1
    neighbour = Neighbour(
        "a-town", Caller(Gateway("http://nowhere", "normandie.localhost")), "amqp://nowhere", "secret"
    )
    for number, name in enumerate(("activated", "ended")):
        _tell(neighbour, f"{number}", name, LINKED)
    return replace(a_season(), statements=()), record, neighbour


def _tell(neighbour: Neighbour, event_id: str, name: str, pairwise_id: str) -> None:
    neighbour.events[event_id] = {
        "id": event_id,
        "type": f"fr.atouts.membership.{name}.v1",
        "subject": pairwise_id,
        "data": {"pairwise_id": pairwise_id},
    }


def test_a_season_as_promised_has_nothing_against_it(told: tuple[Readings, Record, Neighbour]) -> None:
    found = findings(*told)
    assert [finding.name for finding in found if not finding.holds] == []


def _lost_mail(record: Record, _: Neighbour) -> None:
    record.expect_mail("payment_made")


def _unexpected_mail(record: Record, _: Neighbour) -> None:
    record.mails_arrived["card_refused"] += 1


def _two_contents(record: Record, _: Neighbour) -> None:
    record.mails_contradicting.append("<1@normandie.localhost>")


def _activated_twice(_: Record, neighbour: Neighbour) -> None:
    _tell(neighbour, "again", "activated", LINKED)


def _stranger(_: Record, neighbour: Neighbour) -> None:
    _tell(neighbour, "stranger", "activated", STRANGER)


def _never_told(_: Record, neighbour: Neighbour) -> None:
    neighbour.events.clear()


def _cheated(record: Record, _: Neighbour) -> None:
    record.draws[0] = replace(record.draws[0], commitment="0" * 64)


@pytest.mark.parametrize(
    "breaks", [_lost_mail, _unexpected_mail, _two_contents, _activated_twice, _stranger, _never_told, _cheated]
)
def test_each_broken_promise_is_found(
    told: tuple[Readings, Record, Neighbour], breaks: Callable[[Record, Neighbour], None]
) -> None:
    read, record, neighbour = told
    breaks(record, neighbour)
    assert any(not finding.holds for finding in findings(read, record, neighbour))


def test_a_statement_without_its_pdf_is_found(told: tuple[Readings, Record, Neighbour]) -> None:
    read, record, neighbour = told
    alone = replace(read, statements=(Statement(Path("2025-09-14_livres-equipement_bookshop.csv"), (), 0),))
    assert any(not finding.holds for finding in findings(alone, record, neighbour))


def test_a_pdf_without_structure_is_found(told: tuple[Readings, Record, Neighbour], tmp_path: Path) -> None:
    read, record, neighbour = told
    statement = Statement(tmp_path / "run_bookshop.csv", (), 0)
    pdf = tmp_path / "run_bookshop.pdf"
    both = replace(read, statements=(statement,), pdf_statements=(pdf,))
    pdf.write_bytes(TAGGED)
    assert all(finding.holds for finding in findings(both, record, neighbour))
    pdf.write_bytes(b"%PDF-1.7")
    assert any(not finding.holds for finding in findings(both, record, neighbour))


def test_only_a_pdf_that_names_its_structure_is_tagged() -> None:
    assert is_tagged(TAGGED)
    assert not is_tagged(b"%PDF-1.7 /MarkInfo")
    assert not is_tagged(b"<html>/StructTreeRoot /MarkInfo")
