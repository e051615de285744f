"""Printed statements as PDF/UA-1."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from chassis.pdfs import Pdfs, shown
from services.payout.domain.amounts import euros
from services.payout.domain.french_days import written_day
from services.payout.domain.statement import ONLY_RECORDED, PrintedStatement, Section, StatementLine

_TEMPLATE = Path(__file__).with_name("statement.typ")


class StatementPdfs:
    """One is made at a time; a few callers wait."""

    def __init__(self, typeset: Callable[[str], bytes] | None = None) -> None:
        self._pdfs = Pdfs(typeset)

    def write(self, statement: PrintedStatement) -> bytes:
        """Slow: never called inside a transaction. Raises Overloaded, Operational, NotTypeset."""
        return self._pdfs.write(_TEMPLATE, statement.issued_at, content_of(statement))


def content_of(statement: PrintedStatement) -> dict[str, Any]:
    """What the template reads: texts as they are printed, and nothing to compute."""
    payee, period = statement.payee, statement.period
    facts = [
        ("Partenaire", shown(payee.public_name or payee.partner_id)),
        ("Commune", shown(payee.city)),
        ("Identifiant du partenaire", payee.partner_id),
        ("Numéro du versement", statement.reference),
        ("Période", f"du {written_day(period.start)} au {written_day(period.end)}"),
        ("Versement approuvé le", written_day(statement.issued_at.date())),
        ("Virement au plus tard le", written_day(statement.due_on)),
        ("Montant versé", euros(statement.total_cents)),
    ]
    return {
        "authority": shown(statement.authority),
        "title": f"Relevé du versement {statement.reference}",
        "reference": statement.reference,
        "facts": [fact for fact in facts if fact[1]],
        "sections": [_section(section) for section in statement.sections],
        "count": str(statement.movements),
        "total": euros(statement.total_cents),
        "recorded": [_section(section) for section in statement.recorded],
        "recorded_title": ONLY_RECORDED,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "scheme": shown(section.scheme_title),
        "benefit": shown(section.benefit_title),
        "rows": [_row(line) for line in section.lines],
        "count": str(len(section.lines)),
        "total": euros(section.total_cents),
    }


def _row(line: StatementLine) -> tuple[str, ...]:
    return f"{line.at:%d/%m/%Y}", f"{line.at:%H:%M}", line.act, shown(line.reference), euros(line.amount_cents)
