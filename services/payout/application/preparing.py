"""A counted run becomes remittances: each partner's movements are claimed, or told and held."""

from __future__ import annotations

from chassis.errors import Operational
from chassis.work import Work
from services.payout import metrics
from services.payout.application.holding import hold_for_missing_iban, reasons_to_hold
from services.payout.domain.run import Run, plan
from services.payout.store.accruals import Accruals
from services.payout.store.runs import Remittances, Runs


def prepare_run(work: Work, run: Run) -> None:
    """Make the run's remittances. A period in which nothing is due leaves no run.

    Who is held is told in the run, and keeps the movements unclaimed: the next run takes them up.
    """
    due = Accruals(work).unclaimed(run)
    owed = [partner_id for partner_id, tally in due.items() if tally.sum_cents > 0]
    hold_for_missing_iban(work, owed)
    lines = plan(run, due, reasons_to_hold(work, owed))
    if not lines:
        Runs(work).forget(run)
        return
    Remittances(work).add(run, lines)
    _claim(work, run)
    prepared = run.prepare(lines)
    Runs(work).save(prepared)
    metrics.count_run(work, prepared, lines)


def _claim(work: Work, run: Run) -> None:
    lines = tuple(line for line in Remittances(work).of_run(run.run_id) if line.held_for is None)
    expected = sum(line.movements for line in lines)
    if Accruals(work).claim(run) != expected:
        raise Operational("a movement came between the count and the claim: count again")
