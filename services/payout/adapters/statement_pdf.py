"""Printed statements as PDF/UA-1, written by Typst: the same statement always gives the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from chassis.errors import Operational, Overloaded
from services.payout.domain.amounts import euros
from services.payout.domain.french_days import written_day
from services.payout.domain.statement import ONLY_RECORDED, PrintedStatement, Section, StatementLine

MEDIA_TYPE = "application/pdf"
_TYPESETTING = Path(__file__).with_name("typesetting.py")
_AT_ONCE = 1  # 200 MB for the longest
_WAITING = 8
_LONGEST_S = 8.0  # below the caller's deadline

# What the fonts of Typst's wheel show: Latin with its accents, Greek, Cyrillic, punctuation and currencies. PDF/UA
# allows no character without a glyph.
_SHOWN = ((0x20, 0x7E), (0xA0, 0x4FF), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x202F, 0x203A), (0x20A0, 0x20BF))
_NOT_SHOWN = "\ufffd"


class NotTypeset(Exception):
    """Typst refused a statement: a bug of ours, in the template or in what it is given."""


class StatementPdfs:
    """One document is made at a time, in a process of its own; a few callers wait, the rest is refused at once."""

    def __init__(self, typeset: Callable[[str], bytes] | None = None) -> None:
        self._typeset = typeset or _typeset
        self._running = BoundedSemaphore(_AT_ONCE)
        self._held = BoundedSemaphore(_AT_ONCE + _WAITING)

    def write(self, statement: PrintedStatement) -> bytes:
        """Slow: never called inside a transaction. Raises Overloaded, Operational, NotTypeset."""
        asked = {"issued_at_s": int(statement.issued_at.timestamp()), "statement": content_of(statement)}
        with self._place():
            return self._typeset(json.dumps(asked))

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._held.acquire(blocking=False):
            raise Overloaded("too many statements to print at once")
        try:
            if not self._running.acquire(timeout=_LONGEST_S):
                raise Overloaded("statements before this one take too long")
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._held.release()


def content_of(statement: PrintedStatement) -> dict[str, Any]:
    """What the template reads: texts as they are printed, and nothing to compute."""
    payee, period = statement.payee, statement.period
    facts = [
        ("Partenaire", _shown(payee.public_name or payee.partner_id)),
        ("Commune", _shown(payee.city)),
        ("Identifiant du partenaire", payee.partner_id),
        ("Numéro du versement", statement.reference),
        ("Période", f"du {written_day(period.start)} au {written_day(period.end)}"),
        ("Versement approuvé le", written_day(statement.issued_at.date())),
        ("Virement au plus tard le", written_day(statement.due_on)),
        ("Montant versé", euros(statement.total_cents)),
    ]
    return {
        "authority": _shown(statement.authority),
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
        "scheme": _shown(section.scheme_title),
        "benefit": _shown(section.benefit_title),
        "rows": [_row(line) for line in section.lines],
        "count": str(len(section.lines)),
        "total": euros(section.total_cents),
    }


def _row(line: StatementLine) -> tuple[str, ...]:
    act = "Annulation" if line.is_cancellation else "Paiement"
    return f"{line.at:%d/%m/%Y}", f"{line.at:%H:%M}", act, _shown(line.reference), euros(line.amount_cents)


def _shown(text: str) -> str:
    """What no font of ours shows becomes a mark that says so."""
    return "".join(character if _is_shown(ord(character)) else _NOT_SHOWN for character in text)


def _is_shown(code: int) -> bool:
    return any(first <= code <= last for first, last in _SHOWN)


def _typeset(asked: str) -> bytes:
    command = [sys.executable, "-I", str(_TYPESETTING)]
    try:
        done = subprocess.run(command, input=asked.encode(), capture_output=True, timeout=_LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        raise Operational("the statement took too long to print") from None
    if done.returncode:
        raise NotTypeset(f"exit {done.returncode}: {done.stderr.decode(errors='replace')[:300]}")
    return done.stdout
