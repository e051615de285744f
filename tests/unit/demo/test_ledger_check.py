"""The reckoning at the end: it holds for a right season, and finds one cent anywhere in a wrong one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from demo.files import SepaFile, Statement
from demo.ledger_check import difference_cents, identities
from demo.readings import Envelope, PartnerDebit, PartnerPage, Readings, WalletPage
from demo.record import Record

RUN = "2025-09-14_livres-equipement"
LIVRES = ("livres-equipement", "livres")


def a_season() -> Readings:
    """100 € voted; 50 € credited; 20 € spent, 3 € of them by a voucher of 4 €, and 5 € cancelled; 12 € paid, 3 €
    owed; 35 € expired.
    """
    debits = (
        PartnerDebit("d1", LIVRES, 1200, cancelled=False),
        PartnerDebit("d2", LIVRES, 500, cancelled=True),
        PartnerDebit("d3", LIVRES, 300, cancelled=False),
    )
    movements = {
        "credit": 5000, "debit": -1700, "hold": -400, "capture": 0, "release": 100, "cancel": 500, "expire": -3500,
    }  # fmt: skip
    return Readings(
        envelopes=(Envelope("livres-equipement", "livres", 10000, 5000, 5000, 0, 1500, 3500),),
        partners=(PartnerPage("bookshop", "Librairie", debits, owed=300, held=0, paid=1200),),
        wallets=(WalletPage(LIVRES, 5000, 0, movements, captured=300),),
        statements=(Statement(Path(f"{RUN}_bookshop.csv"), (("d1", 1200),), 1200),),
        sepa_files=(SepaFile(Path(f"{RUN}.xml"), 1200, (1200,)),),
        fees=(1000,),
        enrolments_validated=1,
    )


def a_record() -> Record:
    record = Record(fees_cents=1000)
    for debit_id, cents in (("d1", 1200), ("d2", 500)):
        record.debited("p1", debit_id, {"debit_id": debit_id, "amount_cents": cents})
    record.redeemed("p1", "d3", {"debit_id": "d3", "amount_cents": 300})
    record.undone("d2", 500)
    return record


def test_a_right_season_differs_nowhere() -> None:
    checked = identities(a_season(), a_record())
    assert [identity for identity in checked if not identity.holds] == []
    assert difference_cents(checked) == 0
    assert len(checked) > 12


Change = Callable[[Readings], Readings]


def _envelope(**changes: Any) -> Change:
    return lambda read: replace(read, envelopes=(replace(read.envelopes[0], **changes),))


def _partner(**changes: Any) -> Change:
    return lambda read: replace(read, partners=(replace(read.partners[0], **changes),))


def _wallet(**changes: Any) -> Change:
    return lambda read: replace(read, wallets=(replace(read.wallets[0], **changes),))


def _statement(statement: Statement) -> Change:
    return lambda read: replace(read, statements=(statement,))


def _file(file: SepaFile) -> Change:
    return lambda read: replace(read, sepa_files=(file,))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_envelope(voted=10001), id="voted"),
        pytest.param(_envelope(unallocated=4999), id="unallocated"),
        pytest.param(_envelope(credited=5001), id="credited"),
        pytest.param(_envelope(left=1), id="left"),
        pytest.param(_envelope(debited=1501), id="debited"),
        pytest.param(_envelope(expired=3499), id="expired"),
        pytest.param(_partner(owed=301), id="owed"),
        pytest.param(_partner(paid=1199), id="paid"),
        pytest.param(_wallet(balance=1), id="balance"),
        pytest.param(_wallet(credited=5001), id="wallet credited"),
        pytest.param(_wallet(captured=301), id="captured"),
        pytest.param(_wallet(reserved=1), id="reserved"),
        pytest.param(lambda read: replace(read, fees=(999,)), id="fees"),
        pytest.param(_statement(Statement(Path(f"{RUN}_bookshop.csv"), (("d1", 1200),), 1201)), id="statement total"),
        pytest.param(_statement(Statement(Path(f"{RUN}_bookshop.csv"), (("d1", 1199),), 1200)), id="statement line"),
        pytest.param(_statement(Statement(Path(f"{RUN}_cinema.csv"), (("d1", 1200),), 1200)), id="other's statement"),
        pytest.param(_file(SepaFile(Path(f"{RUN}.xml"), 1201, (1200,))), id="control sum"),
        pytest.param(_file(SepaFile(Path(f"{RUN}.xml"), 1200, (1199,))), id="transfer"),
        pytest.param(_file(SepaFile(Path("2025-09-21_other.xml"), 1200, (1200,))), id="file of another run"),
    ],
)
def test_one_cent_is_found_wherever_it_went(change: Change) -> None:
    assert difference_cents(identities(change(a_season()), a_record())) > 0


def test_two_schemes_with_a_benefit_of_the_same_name_are_told_apart() -> None:
    """What one scheme's wallets lack is not made up for by another's."""
    read = a_season()
    elsewhere = replace(read.envelopes[0], scheme="other", voted=0, unallocated=0, credited=5000, debited=0, expired=0)
    confused = replace(read, envelopes=(replace(read.envelopes[0], credited=0), elsewhere))
    wrong = {identity.name for identity in identities(confused, a_record()) if not identity.holds}
    assert "other, livres: budget page credited, wallets credited" in wrong
    assert "livres-equipement, livres: budget page credited, wallets credited" in wrong


def test_a_debit_in_two_statements_is_found() -> None:
    read = a_season()
    again = Statement(Path("2025-09-21_livres-equipement_bookshop.csv"), (("d1", 1200),), 1200)
    twice = replace(
        read,
        statements=(*read.statements, again),
        sepa_files=(*read.sepa_files, SepaFile(Path("2025-09-21_livres-equipement.xml"), 1200, (1200,))),
    )
    wrong = [identity.name for identity in identities(twice, a_record()) if not identity.holds]
    assert any("another statement too" in name for name in wrong)


def test_an_acknowledged_debit_that_no_page_shows_is_found() -> None:
    record = a_record()
    record.debited("p1", "k", {"debit_id": "lost", "amount_cents": 700})
    assert difference_cents(identities(a_season(), record)) == 700


def test_a_debit_that_nobody_made_is_found() -> None:
    record = a_record()
    del record.purchases["d3"]
    assert difference_cents(identities(a_season(), record)) == 300
