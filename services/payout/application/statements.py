"""The statement that goes with a remittance, made from its movements whenever it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.clock import PARIS
from chassis.work import Work
from rulebooks import Catalogue
from services.payout.application.rulebook_in_force import by_hash
from services.payout.domain.accruals import Accrual
from services.payout.domain.errors import NotInRun, RunNotIssued
from services.payout.domain.run import Line, Run, RunState
from services.payout.domain.statement import Statement, StatementLine, statement
from services.payout.store.accruals import Accruals
from services.payout.store.runs import Remittances, Runs


def statement_of(work: Work, catalogue: Catalogue, run_id: str, partner_id: str) -> tuple[Run, Statement]:
    """Raises UnknownRun, RunNotIssued, NotInRun."""
    run = Runs(work).find(run_id)
    if run.state is not RunState.ISSUED:
        raise RunNotIssued(run_id)
    line = next((each for each in Remittances(work).of_run(run_id) if each.partner_id == partner_id), None)
    if line is None or line.held_for is not None:
        raise NotInRun(run_id, partner_id)
    return run, statement_of_line(work, catalogue, line)


def statement_of_line(work: Work, catalogue: Catalogue, line: Line) -> Statement:
    return statement(_lines(work, catalogue, line))


def _lines(work: Work, catalogue: Catalogue, line: Line) -> Iterator[StatementLine]:
    for accrual in Accruals(work).of_remittance(line.remittance_id):
        yield _line(catalogue, accrual)


def _line(catalogue: Catalogue, accrual: Accrual) -> StatementLine:
    rulebook = by_hash(catalogue, accrual.rulebook_hash)
    return StatementLine(
        at=accrual.occurred_at.astimezone(PARIS),
        scheme_title=rulebook.title,
        benefit_title=rulebook.benefit(accrual.benefit).title,
        reference=accrual.movement_id,
        amount_cents=accrual.amount_cents,
    )
