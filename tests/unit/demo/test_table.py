"""The tables at the end are aligned, and their last line adds up."""

from demo.readings import Envelope, PartnerDebit, PartnerPage, Readings
from demo.table import budget_table, partner_table

READ = Readings(
    envelopes=(
        Envelope("livres-equipement", "livres", 100000, 50000, 50000, 20000, 25000, 5000),
        Envelope("culture-sport", "cinema", 2000, 2000, 0, 0, 0, 0),
    ),
    partners=(
        PartnerPage(
            "bookshop",
            "Librairie",
            (PartnerDebit("d1", ("livres-equipement", "livres"), 25000, False),),
            5000,
            0,
            20000,
        ),
        PartnerPage("lycee", "Lycée", (), 0, 0, 0),
    ),
    wallets=(),
    statements=(),
    sepa_files=(),
    fees=(),
    enrolments_validated=0,
)


def _cells(table: str) -> list[list[str]]:
    return [line.split("  ") for line in table.splitlines() if not line.startswith("─")]


def test_every_line_is_as_wide_as_the_first() -> None:
    assert len({len(line) for line in budget_table(READ).splitlines()}) == 1


def test_the_last_line_of_the_budget_adds_up() -> None:
    total = [cell.strip() for cell in _cells(budget_table(READ))[-1] if cell.strip()]
    assert total[0] == "Total"
    assert total[1].replace("\u202f", "") == "1020,00\u00a0€"


def test_partners_that_were_never_debited_are_left_out() -> None:
    table = partner_table(READ)
    assert "Librairie" in table
    assert "Lycée" not in table
