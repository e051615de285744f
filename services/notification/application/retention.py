"""What is kept no longer than it serves: sent mails for 30 days, codes until they expire."""

from __future__ import annotations

from datetime import datetime, timedelta

from chassis.clock import paris_midnight
from chassis.work import Work
from services.notification.store import codes, deliveries

KIND = "forget"
KEPT = timedelta(days=30)


def schedule_forgetting(work: Work) -> None:
    """Have what this day leaves removed at the first Paris midnight at which all of it is old enough."""
    day = work.today + KEPT + timedelta(days=1)
    work.schedule(KIND, day.isoformat(), paris_midnight(day), {})


def forget(work: Work, due_at: datetime) -> int:
    """Remove what was settled more than 30 days before `due_at` (platform time). How many deliveries."""
    codes.forget_expired(work)
    return deliveries.forget_settled(work, due_at - KEPT)
