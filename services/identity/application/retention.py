"""What identity keeps no longer than it serves: once a night for each authority, by the authority's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from chassis.clock import paris_day, paris_midnight
from chassis.work import Work
from rulebooks.authorities import DataRetention
from services.identity.application.erasures import ErasingParts, erase_idle

KIND = "retention"
# A night's share of accounts: each is an erasure of its own, in every service.
IDLE_AT_ONCE = 200


class Outdated(Protocol):
    """Rows that have served. `at` is machine time for sessions and failed sign-ins, platform time for the rest."""

    def sessions(self, work: Work, before: datetime) -> int:
        """Ended ones with their tokens; an account's latest stays: it says when somebody was there last."""

    def failures(self, work: Work, before: datetime) -> int: ...

    def readings(self, work: Work, before: datetime) -> int:
        """What was read on cards that were decided: the decision stays."""

    def class_lists(self, work: Work, seasons: list[str]) -> int:
        """Lines and reports of these seasons."""

    def idle_accounts(self, work: Work, before: datetime, limit: int) -> list[str]:
        """Young people's accounts that nobody signed in to since."""


def schedule_next(work: Work, after: datetime) -> None:
    """At the first Paris midnight after that instant, once."""
    day = paris_day(after) + timedelta(days=1)
    work.schedule(KIND, day.isoformat(), paris_midnight(day), {})


def forget(
    work: Work, rows: Outdated, erasing: ErasingParts, kept: DataRetention, over: list[str], at: datetime
) -> Mapping[str, int]:
    """How many rows of each kind are gone. `over`: seasons whose lists have served; `at` is machine time."""
    idle = rows.idle_accounts(work, at - timedelta(days=30 * kept.idle_account_months), IDLE_AT_ONCE)
    for account_id in idle:
        erase_idle(work, erasing, account_id)
    return {
        "sessions": rows.sessions(work, at - timedelta(days=kept.ended_session_days)),
        "sign_in_failures": rows.failures(work, at - timedelta(days=kept.sign_in_failure_days)),
        "card_readings": rows.readings(work, work.now - timedelta(days=kept.card_reading_days)),
        "class_lists": rows.class_lists(work, over) if over else 0,
        "idle_accounts": len(idle),
    }


def seasons_over(ends: Mapping[str, date], kept_days: int, today: date) -> list[str]:
    """Seasons whose last day, in whatever scheme, is more than so many days ago."""
    return sorted(season for season, ends_on in ends.items() if ends_on + timedelta(days=kept_days) < today)
