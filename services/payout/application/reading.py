"""Runs as people see them: what is kept, with today's holds where a run is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.work import Work
from services.payout.application.holding import reasons_to_hold
from services.payout.domain.counting import Gap
from services.payout.domain.run import Line, Run, held_cents, hold_back, payable_cents
from services.payout.store.runs import Remittances, Runs
from services.payout.store.views import gaps_of_run, totals_of_runs


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run with its remittances and, while it counts, what it waits for."""

    run: Run
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]

    @property
    def totals(self) -> tuple[int, int]:
        """Payable and held cents."""
        return payable_cents(self.lines), held_cents(self.lines)


def see_run(work: Work, run_id: str) -> RunSeen:
    """Raises UnknownRun."""
    run = Runs(work).find(run_id)
    return RunSeen(run, _lines(work, run), gaps_of_run(work, run_id))


def totals(work: Work, runs: Sequence[Run]) -> dict[str, tuple[int, int]]:
    """Payable and held cents of these runs, by run."""
    settled = [run.run_id for run in runs if not run.state.is_open]
    seen = {run.run_id: _lines(work, run) for run in runs if run.state.is_open}
    now = {run_id: (payable_cents(lines), held_cents(lines)) for run_id, lines in seen.items()}
    return {run.run_id: (0, 0) for run in runs} | totals_of_runs(work, settled) | now


def _lines(work: Work, run: Run) -> tuple[Line, ...]:
    lines = Remittances(work).of_run(run.run_id)
    if not run.state.is_open:
        return lines
    return hold_back(lines, reasons_to_hold(work, [line.partner_id for line in lines]))
