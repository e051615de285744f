"""The statement that goes with a remittance, made from its movements whenever it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chassis.clock import PARIS
from chassis.work import Work
from rulebooks import Catalogue
from services.payout.application.rulebook_in_force import by_hash
from services.payout.domain.accruals import Accrual
from services.payout.domain.errors import NotInRun, RunNotIssued
from services.payout.domain.run import Line, Run
from services.payout.domain.statement import (
    Payee,
    PrintedStatement,
    Section,
    Statement,
    StatementLine,
    paid_back,
    require_printable,
    sections,
    statement,
)
from services.payout.store.accruals import Accruals
from services.payout.store.runs import Remittances, Runs


@dataclass(frozen=True, slots=True)
class Paid:
    """A remittance of an issued run."""

    run: Run
    line: Line
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class ToPrint:
    """All that a printed statement says but whom it is for, whom another service names."""

    paid: Paid
    authority: str
    sections: tuple[Section, ...]
    recorded: tuple[Section, ...]

    def addressed_to(self, payee: Payee) -> PrintedStatement:
        run, line = self.paid.run, self.paid.line
        return PrintedStatement(
            authority=self.authority,
            payee=payee,
            reference=line.reference,
            period=run.period,
            due_on=run.due_on,
            issued_at=self.paid.issued_at.astimezone(PARIS),
            sections=self.sections,
            recorded=self.recorded,
        )


def statement_of(work: Work, catalogue: Catalogue, run_id: str, partner_id: str) -> tuple[Run, Statement]:
    """Raises UnknownRun, RunNotIssued, NotInRun."""
    paid = _paid(work, run_id, partner_id)
    return paid.run, statement_of_line(work, catalogue, paid.run, paid.line)


def statement_to_print(work: Work, catalogue: Catalogue, run_id: str, partner_id: str) -> ToPrint:
    """Raises UnknownRun, RunNotIssued, NotInRun, StatementTooLong."""
    paid = _paid(work, run_id, partner_id)
    require_printable(paid.line.movements)
    authority = catalogue.authority(work.authority_id).name
    recorded = _recorded(work, catalogue, paid.run, partner_id)
    return ToPrint(paid, authority, sections(_lines(work, catalogue, paid.line)), sections(recorded))


def statement_of_line(work: Work, catalogue: Catalogue, run: Run, line: Line) -> Statement:
    return statement(_lines(work, catalogue, line), _recorded(work, catalogue, run, line.partner_id))


def _paid(work: Work, run_id: str, partner_id: str) -> Paid:
    run = Runs(work).find(run_id)
    if run.issued_at is None:
        raise RunNotIssued(run_id)
    paid = (each for each in Remittances(work).of_run(run_id) if each.held_for is None)
    line = next((each for each in paid if each.partner_id == partner_id), None)
    if line is None:
        raise NotInRun(run_id, partner_id)
    return Paid(run, line, run.issued_at)


def _lines(work: Work, catalogue: Catalogue, line: Line) -> Iterator[StatementLine]:
    for accrual in Accruals(work).of_remittance(line.remittance_id):
        yield _line(catalogue, accrual)


def _recorded(work: Work, catalogue: Catalogue, run: Run, partner_id: str) -> list[StatementLine]:
    return [_line(catalogue, accrual) for accrual in Accruals(work).only_recorded(run, partner_id)]


def _line(catalogue: Catalogue, accrual: Accrual) -> StatementLine:
    rulebook = by_hash(catalogue, accrual.rulebook_hash)
    title = rulebook.benefit(accrual.benefit).title
    return StatementLine(
        at=accrual.occurred_at.astimezone(PARIS),
        scheme_title=rulebook.title,
        benefit_title=paid_back(title) if accrual.clawback else title,
        reference=accrual.movement_id,
        amount_cents=accrual.amount_cents,
        is_clawback=accrual.clawback,
    )
