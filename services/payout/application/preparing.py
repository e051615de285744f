"""A counted run becomes remittances: each partner's movements are claimed, or told and held."""

from __future__ import annotations

from chassis.errors import Operational
from chassis.work import Work
from rulebooks import Catalogue
from services.payout import metrics
from services.payout.application.holding import (
    hold_for_missing_iban,
    hold_for_missing_proof,
    missing_iban_sentence,
    reasons_to_hold,
)
from services.payout.application.rulebook_in_force import in_force
from services.payout.domain.holds import Backed
from services.payout.domain.run import Run, plan
from services.payout.store.accruals import Accruals
from services.payout.store.runs import Remittances, Runs


def prepare_run(work: Work, catalogue: Catalogue, run: Run) -> None:
    """Make the run's remittances. A period in which nothing is due leaves no run.

    What is held is told in the run, and its movements stay unclaimed: the next run takes them up. Raises Operational.
    """
    due = Accruals(work).unclaimed(run)
    owed = [share for share, tally in due.items() if tally.sum_cents > 0]
    partners = {partner_id for partner_id, _ in owed}
    rulebook = in_force(work, catalogue, run.scheme, run.season, run.period.end)
    hold_for_missing_iban(work, partners, missing_iban_sentence(rulebook))
    held = Backed(reasons_to_hold(work, partners), hold_for_missing_proof(work, rulebook, run.season, owed))
    lines = plan(run, due, held)
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
