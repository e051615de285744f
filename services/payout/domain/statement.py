"""The statement that a partner gets with a transfer: one line a movement, no personal data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.payout.domain.amounts import decimal_comma

HEADINGS = ("Date", "Heure", "Dispositif", "Avantage", "Référence", "Montant (€)")
TOTAL = "Total"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A movement, in Paris time. `amount_cents` is negative for a cancellation."""

    at: datetime
    scheme_title: str
    benefit_title: str
    reference: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A remittance's movements as CSV, and what they add up to."""

    text: str
    movements: int
    total_cents: int


def statement(lines: Iterable[StatementLine]) -> Statement:
    """CSV with semicolons, as French spreadsheets expect, and a total line."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(HEADINGS)
    movements = total_cents = 0
    for line in lines:
        rows.writerow(_cells(line))
        movements += 1
        total_cents += line.amount_cents
    rows.writerow((TOTAL, "", "", "", "", decimal_comma(total_cents)))
    return Statement(written.getvalue(), movements, total_cents)


def _cells(line: StatementLine) -> tuple[str, ...]:
    texts = (line.scheme_title, line.benefit_title, line.reference)
    return (
        f"{line.at:%d/%m/%Y}",
        f"{line.at:%H:%M:%S}",
        *map(_neutral, texts),
        decimal_comma(line.amount_cents),
    )


def _neutral(cell: str) -> str:
    """A spreadsheet runs a cell that starts like a formula: an apostrophe makes it text."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
