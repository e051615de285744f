"""Platform time: moved forward only, never in production, and days are Paris days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from chassis import clock
from chassis.config import Environment, SettingMissing, read

SETTINGS = {"KEYS_DIR": "/nowhere", "OPS_PORT": "1"}


def test_a_moved_clock_ticks_on_from_where_it_was_put(tmp_path: Path) -> None:
    movable = clock.MovableClock(tmp_path / "clock.json")
    there = datetime(2030, 1, 1, tzinfo=UTC)
    movable.move_to(there)
    assert timedelta() <= movable.now() - there < timedelta(seconds=5)


def test_every_process_sees_a_move_made_by_another(tmp_path: Path) -> None:
    mover, reader = (clock.MovableClock(tmp_path / "clock.json") for _ in range(2))
    reader.now()
    mover.move_to(datetime(2030, 1, 1, tzinfo=UTC))
    mover.move_to(datetime(2031, 1, 1, tzinfo=UTC))
    assert reader.now().year == 2031


def test_platform_time_is_never_moved_back(tmp_path: Path) -> None:
    movable = clock.MovableClock(tmp_path / "clock.json")
    movable.move_to(datetime(2030, 1, 2, tzinfo=UTC))
    with pytest.raises(clock.ClockMovedBack):
        movable.move_to(datetime(2030, 1, 1, tzinfo=UTC))
    assert movable.now().day == 2


def test_a_production_process_that_finds_a_clock_file_refuses_to_start() -> None:
    with pytest.raises(SettingMissing, match="CLOCK_FILE"):
        read("wallet", Environment({**SETTINGS, "CLOCK_FILE": "/x", "ATOUTS_MODE": "production"}))


def test_the_mode_is_production_unless_said() -> None:
    assert isinstance(clock.platform_clock(read("wallet", Environment(SETTINGS))), clock.SystemClock)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-06-30T21:59:59+00:00", date(2026, 6, 30)),  # summer: Paris is two hours ahead
        ("2026-06-30T22:00:00+00:00", date(2026, 7, 1)),
        ("2025-12-31T22:59:59+00:00", date(2025, 12, 31)),  # winter: one hour
        ("2025-12-31T23:00:00+00:00", date(2026, 1, 1)),
    ],
)
def test_a_day_is_the_calendar_day_in_paris(instant: str, day: date) -> None:
    assert clock.paris_day(datetime.fromisoformat(instant)) == day


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2025, 10, 26), 25), (date(2025, 7, 1), 24)])
def test_a_paris_day_lasts_from_midnight_to_midnight_on_days_of_clock_change(day: date, hours: int) -> None:
    assert clock.paris_midnight(day + timedelta(days=1)) - clock.paris_midnight(day) == timedelta(hours=hours)
