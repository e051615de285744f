"""The two clocks.

*Platform time* decides rules (seasons, ages, windows, what is due) and is injected; *machine time* runs
machinery (token expiry, leases, back-off, recorded_at). Only the modes `demo` and `test` may move platform
time, forward only, through one file that every process reads at each call.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from chassis.config import Settings

PARIS = ZoneInfo("Europe/Paris")


class PlatformClock(Protocol):
    """Answers the instant that rules are decided at, aware, in UTC."""

    def now(self) -> datetime: ...


class ClockMovedBack(Exception):
    """Platform time may only be moved forward."""


class SystemClock:
    """Platform time is machine time: production."""

    def now(self) -> datetime:
        return machine_now()


class FixedClock:
    """Platform time stands still where a unit test puts it."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self._instant


class MovableClock:
    """Machine time plus an offset kept in a file: it ticks, and can be moved forward.

    A missing file means offset 0. The file is read again only when it was replaced.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        return machine_now() + self._current_offset()

    @property
    def last_move(self) -> datetime | None:
        """Where platform time was last put; None when it was never moved."""
        try:
            return datetime.fromisoformat(json.loads(self._path.read_text())["moved_to"])
        except FileNotFoundError:
            return None

    def move_to(self, instant: datetime) -> None:
        """Move platform time forward to `instant`; the same move again changes nothing. Raises ClockMovedBack."""
        if instant == self.last_move:
            return
        if instant < self.now():
            raise ClockMovedBack(f"platform time is already past {instant.isoformat()}")
        self.place_at(instant)

    def place_at(self, instant: datetime) -> None:
        """Put platform time anywhere: only for a platform that holds nothing yet."""
        offset = (instant - machine_now()).total_seconds()
        fresh = self._path.with_suffix(f".{os.getpid()}.tmp")
        fresh.write_text(json.dumps({"offset_s": offset, "moved_to": instant.astimezone(UTC).isoformat()}))
        fresh.replace(self._path)

    def _current_offset(self) -> timedelta:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return timedelta()
        stamp = (stat.st_ino, stat.st_mtime_ns)
        if stamp != self._seen:
            self._offset = timedelta(seconds=json.loads(self._path.read_text())["offset_s"])
            self._seen = stamp
        return self._offset


def platform_clock(settings: Settings) -> PlatformClock:
    """The clock that this process decides rules by; `config.read` has refused a clock file in production."""
    return MovableClock(settings.clock_file) if settings.clock_file else SystemClock()


def machine_now() -> datetime:
    return datetime.now(UTC)


def paris_day(instant: datetime) -> date:
    """The calendar day in Europe/Paris: the day that every rule means."""
    return instant.astimezone(PARIS).date()


def paris_midnight(day: date) -> datetime:
    """The first instant of a Paris day, in UTC; right on the days of a clock change."""
    return datetime.combine(day, time(), PARIS).astimezone(UTC)
