"""Closing a period: each of its days must count alike here and in the wallet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chassis.work import Work
from rulebooks import Catalogue
from services.payout.application.preparing import prepare_run
from services.payout.application.rulebook_in_force import calendar_of
from services.payout.application.scheduling import PayPeriod, next_period, schedule_next, schedule_run
from services.payout.domain.counting import Gap, Tallies, gaps_of, total
from services.payout.domain.run import Run, RunState
from services.payout.store import seasons
from services.payout.store.accruals import Accruals
from services.payout.store.runs import CountedDays, Runs

NO_MOVEMENT: Tallies = {}


def days_to_count(work: Work, catalogue: Catalogue, order: PayPeriod) -> tuple[date, ...]:
    """The days that the wallet must still be asked about; from now on the run shows as counting. Raises Operational."""
    if not _is_next(work, catalogue, order):
        return ()
    _open(work, catalogue, order)
    return CountedDays(work).missing(order.scheme, order.period)


def pay_period(work: Work, catalogue: Catalogue, order: PayPeriod, wallet_days: Mapping[date, Tallies]) -> bool:
    """Count the days that the wallet told; once all agree, prepare the run and schedule the next one.

    False while a day is not counted alike: the gaps are kept, to be shown. An order from before a version cut its
    period is left: the run that takes its place is scheduled. Raises Operational.
    """
    seasons.lock(work, order.scheme, order.season)
    if not _is_next(work, catalogue, order):
        schedule_run(work, catalogue, order.scheme, order.season)
        return True
    run = _open(work, catalogue, order)
    if run.state is RunState.COUNTING:
        gaps = _count(work, order.scheme, wallet_days)
        Runs(work).keep_gaps(run, gaps)
        if gaps or CountedDays(work).missing(order.scheme, order.period):
            return False
        prepare_run(work, catalogue, run)
    schedule_next(work, catalogue, order)
    return True


def _is_next(work: Work, catalogue: Catalogue, order: PayPeriod) -> bool:
    return next_period(work, catalogue, order.scheme, order.season) == order.period


def _open(work: Work, catalogue: Catalogue, order: PayPeriod) -> Run:
    calendar = calendar_of(work, catalogue, order.scheme, order.season)
    return Runs(work).open(order.scheme, order.season, order.period, calendar.due_on(order.period))


def _count(work: Work, scheme: str, wallet_days: Mapping[date, Tallies]) -> tuple[Gap, ...]:
    found: list[Gap] = []
    for day, wallet in sorted(wallet_days.items()):
        gaps = gaps_of(day, wallet, Accruals(work).of_day(scheme, day))
        if not gaps:
            CountedDays(work).add(scheme, day, total(wallet))
        found += gaps
    return tuple(found)
