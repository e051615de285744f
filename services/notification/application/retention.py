"""What is kept no longer than it serves: sent mails as long as the authority says, codes until they expire."""

from __future__ import annotations

from datetime import datetime, timedelta

from chassis.clock import paris_midnight
from chassis.work import Work
from services.notification.store import codes, deliveries

KIND = "forget"
KEPT_DAYS = 30


def schedule_forgetting(work: Work, kept_days: int = KEPT_DAYS) -> None:
    """Have what this day leaves removed at the first Paris midnight at which all of it is old enough."""
    day = work.today + timedelta(days=kept_days + 1)
    work.schedule(KIND, day.isoformat(), paris_midnight(day), {"kept_days": kept_days})


def forget(work: Work, due_at: datetime, kept_days: int) -> int:
    """Remove what was settled more than so many days before `due_at` (platform time). How many deliveries."""
    codes.forget_expired(work)
    return deliveries.forget_settled(work, due_at - timedelta(days=kept_days))
