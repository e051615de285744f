"""Sealing days that are over: nothing is added to them any more, and nothing changes in them unseen.

A day is over when its midnight passed and every job that was due on it is done: a job that is caught up with writes
on the day it was due.
"""

from __future__ import annotations

from datetime import date, timedelta

from chassis.clock import paris_day, paris_midnight
from chassis.work import Work
from services.wallet.domain.seal import NOTHING_BEFORE, DaySeal, mac_of
from services.wallet.store import days, seals

SEAL_DAYS = "seal_days"
# What was decided in a day's last second has committed by then; a later one is refused and tries the next day.
_AFTER_MIDNIGHT = timedelta(minutes=10)
_DAYS_A_GO = 100


def schedule(work: Work, day: date) -> None:
    """Have this day sealed once it is over."""
    work.schedule(SEAL_DAYS, day.isoformat(), paris_midnight(day + timedelta(days=1)) + _AFTER_MIDNIGHT, {})


def seal_some(work: Work, key: bytes, due_on: date, today: date) -> bool:
    """Seal the days that are over, up to the one that this job is for or further, and schedule the next.

    `today` is the clock's day, which a job that is caught up with lies behind. True once `due_on` is sealed.
    """
    first = seals.first_day(work, due_on)
    if first > due_on:
        return True
    until = min(_over_until(work, today), first + timedelta(days=_DAYS_A_GO))
    if first < until:
        _seal(work, key, first, until)
    if until <= due_on:
        return False
    schedule(work, until)
    return True


def _over_until(work: Work, today: date) -> date:
    """The first day that is not over."""
    due = seals.earliest_due(work, besides=SEAL_DAYS)
    return today if due is None else min(today, paris_day(due))


def _seal(work: Work, key: bytes, first: date, until: date) -> None:
    span = [first + timedelta(days=offset) for offset in range((until - first).days)]
    days.seal_all(work, span)
    seals.write_parts(work, first, until)
    parts, sums = seals.parts(work, first, until), seals.sums(work, first, until)
    previous = seals.last_hash(work) or NOTHING_BEFORE
    sealed = []
    for day in span:
        of_seasons = parts.get(day, ())
        entries, cents = sums.get(day, (0, {}))
        transfers = sum(part.transfers for part in of_seasons)
        seal = DaySeal(work.authority_id, day, previous, transfers, entries, cents, of_seasons)
        previous = seal.hash()
        sealed.append((seal, previous, mac_of(key, previous)))
    seals.add(work, sealed)
