"""When runs are played: at the first Paris midnight after each period, until the season owes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.clock import paris_midnight
from chassis.work import Work
from rulebooks import Rulebook
from rulebooks.schedule import Period
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


def schedule_run(work: Work, scheme: str, season: str, period: Period) -> None:
    """Have the period's run played when it closes; the same period is scheduled once."""
    payload = {
        "scheme": scheme,
        "season": season,
        "period_start": period.start.isoformat(),
        "period_end": period.end.isoformat(),
    }
    key = f"{scheme}/{season}/{period.start.isoformat()}"
    work.schedule(KIND, key, paris_midnight(period.closes_on), payload)


def schedule_next(work: Work, order: PayPeriod, rulebook: Rulebook) -> None:
    """The next period, within the season or, after it, while a partner is still owed something."""
    following = rulebook.payout.period_of(order.period.closes_on)
    if following.start <= rulebook.ends_on or Accruals(work).is_owed(order.scheme, order.season):
        schedule_run(work, order.scheme, order.season, following)
