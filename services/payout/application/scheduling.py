"""When runs are played: at the first Paris midnight after each period, until the season owes nothing.

A season remembers the last day whose run was prepared: the next run begins on the day after, whatever was scheduled
before a version changed the rhythm. So no day is in two runs, and none is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chassis.clock import paris_midnight
from chassis.work import Work
from rulebooks import Catalogue, Rulebook
from rulebooks.schedule import Period, months_later
from services.payout.application.rulebook_in_force import calendar_of, versions_of
from services.payout.store import seasons
from services.payout.store.accruals import Accruals

KIND = "run"


@dataclass(frozen=True, slots=True)
class PayPeriod:
    """Order to count a scheme's period and to prepare what it owes."""

    scheme: str
    season: str
    period: Period

    @classmethod
    def of_job(cls, payload: Mapping[str, Any]) -> PayPeriod:
        start, end = (date.fromisoformat(payload[name]) for name in ("period_start", "period_end"))
        return cls(payload["scheme"], payload["season"], Period(start, end))


def next_period(work: Work, catalogue: Catalogue, scheme: str, season: str) -> Period:
    """From the day after the last that was played to the end of its period. Raises Operational."""
    calendar = calendar_of(work, catalogue, scheme, season)
    played_to = seasons.played_to(work, scheme, season)
    if played_to is None:
        return calendar.period_of(seasons.of(work, scheme, season).starts_on)
    return calendar.period_from(played_to + timedelta(days=1))


def schedule_run(work: Work, catalogue: Catalogue, scheme: str, season: str) -> None:
    """Have the season's next run played when its period closes; the same period is scheduled once.

    Each scheme has its own line of jobs: one that waits for a gap keeps no other back. Raises Operational.
    """
    period = next_period(work, catalogue, scheme, season)
    payload = {
        "scheme": scheme,
        "season": season,
        "period_start": period.start.isoformat(),
        "period_end": period.end.isoformat(),
    }
    key = f"{season}/{period.start.isoformat()}/{period.end.isoformat()}"
    work.schedule(f"{KIND}:{scheme}", key, paris_midnight(period.closes_on), payload)


def schedule_next(work: Work, catalogue: Catalogue, order: PayPeriod) -> None:
    """After a run: the next one, while debits may come or a partner is still owed something. Raises Operational."""
    seasons.mark_played(work, order.scheme, order.season, order.period.end)
    versions = versions_of(work, catalogue, order.scheme, order.season)
    last_day = max(map(_last_day_of_debits, versions))
    if order.period.closes_on <= last_day or Accruals(work).is_owed(order.scheme, order.season):
        schedule_run(work, catalogue, order.scheme, order.season)


def _last_day_of_debits(rulebook: Rulebook) -> date:
    """A wallet with a life of its own, loaded on the last day, is spent long after the season."""
    loaded_on = max(rulebook.ends_on, rulebook.settle_until)
    lives = [benefit.loading.valid_months for benefit in rulebook.benefits]
    return max([rulebook.ends_on, *(months_later(loaded_on, months) for months in lives if months)])
