"""What payout counts of its own, once the work that did it is committed."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa
from prometheus_client import Counter

from chassis.work import Work
from services.payout.domain.accruals import Accrual
from services.payout.domain.run import Line, Run, held_cents, payable_cents

ACCRUALS = Counter("atouts_payout_accruals_total", "Movements counted, by scheme and kind", ["scheme", "kind"])
RUNS = Counter("atouts_payout_runs_total", "Runs that reached a state", ["scheme", "state"])
CENTS = Counter("atouts_payout_cents_total", "Cents of runs, payable and held, by state", ["state", "outcome"])


def count_accruals(work: Work, accruals: Sequence[Accrual]) -> None:
    kinds = Counts((each.scheme, _kind(each)) for each in accruals)

    def count() -> None:
        for labels, movements in kinds.items():
            ACCRUALS.labels(*labels).inc(movements)

    _once_committed(work, count)


def _kind(accrual: Accrual) -> str:
    if accrual.clawback:
        return "clawback"
    return "cancellation" if accrual.is_cancellation else "debit"


def count_run(work: Work, run: Run, lines: Iterable[Line]) -> None:
    _once_committed(work, RUNS.labels(run.scheme, run.state).inc)
    payable, held = payable_cents(lines), held_cents(lines)
    _once_committed(work, lambda: CENTS.labels(run.state, "payable").inc(payable))
    _once_committed(work, lambda: CENTS.labels(run.state, "held").inc(held))


def _once_committed(work: Work, count: Callable[[], None]) -> None:
    """A transaction that is rolled back, or run again, counts once or not at all."""
    sa.event.listen(work.session, "after_commit", lambda _session: count(), once=True)
