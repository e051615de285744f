"""The statement that a partner gets with a transfer: one line a movement, no personal data.

The same lines make the CSV for spreadsheets and the printed statement for people.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rulebooks.schedule import Period
from services.payout.domain.amounts import decimal_comma
from services.payout.domain.errors import StatementTooLong

HEADINGS = ("Date", "Heure", "Dispositif", "Avantage", "Référence", "Montant (€)")
TOTAL = "Total"
CLAWBACK = "Reversement"
ONLY_RECORDED = "Enregistré, jamais reversé"
MOST_PRINTED = 3_000  # about 70 pages; nobody reads more on paper, and a spreadsheet does
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A movement, in Paris time. `amount_cents` is negative for a cancellation and a clawback."""

    at: datetime
    scheme_title: str
    benefit_title: str
    reference: str
    amount_cents: int
    is_clawback: bool = False

    @property
    def act(self) -> str:
        """As people call it."""
        if self.is_clawback:
            return CLAWBACK
        return "Annulation" if self.amount_cents < 0 else "Paiement"


@dataclass(frozen=True, slots=True)
class Statement:
    """A remittance's movements as CSV, and what they add up to; what is only recorded is in the text alone."""

    text: str
    movements: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class Section:
    """The movements of one benefit, in order of time."""

    scheme_title: str
    benefit_title: str
    lines: tuple[StatementLine, ...]

    @property
    def total_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid, as the directory names it; the names are empty when the directory does not know it."""

    partner_id: str
    public_name: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class PrintedStatement:
    """What the paper says. `reference` is what the transfer carries; `issued_at` is in Paris time.

    `recorded`: what the partner took in the period and is not paid for.
    """

    authority: str
    payee: Payee
    reference: str
    period: Period
    due_on: date
    issued_at: datetime
    sections: tuple[Section, ...]
    recorded: tuple[Section, ...] = ()

    @property
    def movements(self) -> int:
        return sum(len(section.lines) for section in self.sections)

    @property
    def total_cents(self) -> int:
        return sum(section.total_cents for section in self.sections)


def statement(lines: Iterable[StatementLine], recorded: Iterable[StatementLine] = ()) -> Statement:
    """CSV with semicolons, as French spreadsheets expect, and a total line; then what is only recorded, if anything."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(HEADINGS)
    movements = total_cents = 0
    for line in lines:
        rows.writerow(_cells(line))
        movements += 1
        total_cents += line.amount_cents
    rows.writerow((TOTAL, "", "", "", "", decimal_comma(total_cents)))
    _write_recorded(rows, list(recorded))
    return Statement(written.getvalue(), movements, total_cents)


def paid_back(benefit_title: str) -> str:
    """What a clawback's lines are told under, apart from the benefit's own."""
    return f"{CLAWBACK} ({benefit_title})"


def sections(lines: Iterable[StatementLine]) -> tuple[Section, ...]:
    """The lines by benefit, in the order of the titles; within a benefit in the order given."""
    by_benefit: dict[tuple[str, str], list[StatementLine]] = {}
    for line in lines:
        by_benefit.setdefault((line.scheme_title, line.benefit_title), []).append(line)
    return tuple(Section(*titles, tuple(found)) for titles, found in sorted(by_benefit.items()))


def require_printable(movements: int) -> None:
    """Raises StatementTooLong."""
    if movements > MOST_PRINTED:
        raise StatementTooLong(movements, MOST_PRINTED)


def _write_recorded(rows: Any, lines: list[StatementLine]) -> None:
    if not lines:
        return
    rows.writerows(_cells(line) for line in lines)
    rows.writerow((ONLY_RECORDED, "", "", "", "", decimal_comma(sum(line.amount_cents for line in lines))))


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
