"""Scheduled work is what is due: played once each, in order of due time, with that time as now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from chassis.clock import FixedClock
from chassis.context import CallContext
from chassis.database import Database
from chassis.jobs import Job, JobHandler, JobPlayer, Played
from chassis.tables import ChassisTables
from chassis.work import Work

MONDAY = datetime(2025, 9, 1, 0, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def schedule(database: Database, tables: ChassisTables, *due: datetime, kind: str = "run") -> None:
    with database.transaction() as session:
        work = Work(session, CallContext("normandie", "payout"), MONDAY, "payout", tables)
        for instant in due:
            work.schedule(kind, instant.isoformat(), instant, {})


def player(database: Database, tables: ChassisTables, now: datetime, **handlers: Any) -> JobPlayer:
    jobs = {kind: JobHandler(play) for kind, play in handlers.items()}
    return JobPlayer("payout", database, tables, FixedClock(now), jobs)


def test_a_jump_over_five_mondays_plays_five_jobs_each_with_its_own_date(
    database: Database, probe_tables: ChassisTables
) -> None:
    mondays = [MONDAY + n * WEEK for n in range(5)]
    schedule(database, probe_tables, *reversed(mondays))
    played: list[datetime] = []

    def play(work: Work, _job: Job, _prepared: Any) -> Played:
        played.append(work.now)
        return Played.DONE

    assert player(database, probe_tables, MONDAY + 10 * WEEK, run=play).play_due() == 5
    assert played == mondays


def test_a_job_is_not_played_before_it_is_due(database: Database, probe_tables: ChassisTables) -> None:
    schedule(database, probe_tables, MONDAY)
    early = player(database, probe_tables, MONDAY - timedelta(seconds=1), run=lambda *_: Played.DONE)
    assert early.play_due() == 0


def test_a_job_that_schedules_its_successor_catches_up_in_one_go(
    database: Database, probe_tables: ChassisTables
) -> None:
    schedule(database, probe_tables, MONDAY)

    def play(work: Work, job: Job, _prepared: Any) -> Played:
        following = job.due_at + WEEK
        work.schedule("run", following.isoformat(), following, {})
        return Played.DONE

    assert player(database, probe_tables, MONDAY + 3 * WEEK, run=play).play_due() == 4


def test_a_job_that_must_wait_holds_back_its_own_kind_only(database: Database, probe_tables: ChassisTables) -> None:
    schedule(database, probe_tables, MONDAY, MONDAY + WEEK)
    schedule(database, probe_tables, MONDAY + 2 * WEEK, kind="expire")
    waiting = {"run": lambda *_: Played.AGAIN, "expire": lambda *_: Played.DONE}
    assert player(database, probe_tables, MONDAY + 3 * WEEK, **waiting).play_due() == 1
    with database.transaction() as session:
        jobs = probe_tables.jobs
        left = session.execute(sa.select(jobs.c.kind).where(jobs.c.done_at.is_(None))).scalars().all()
    assert left == ["run", "run"]


def test_lines_of_one_kind_hold_one_another_not_back(database: Database, probe_tables: ChassisTables) -> None:
    """What follows the colon names the line; the handler is that of the kind."""
    schedule(database, probe_tables, MONDAY, kind="run:waits")
    schedule(database, probe_tables, MONDAY + WEEK, kind="run:goes")

    def play(_work: Work, job: Job, _prepared: Any) -> Played:
        return Played.AGAIN if job.kind == "run:waits" else Played.DONE

    assert player(database, probe_tables, MONDAY + 3 * WEEK, run=play).play_due() == 1
    with database.transaction() as session:
        jobs = probe_tables.jobs
        left = session.execute(sa.select(jobs.c.kind).where(jobs.c.done_at.is_(None))).scalars().all()
    assert left == ["run:waits"]


def test_a_job_that_fails_leaves_no_trace_and_stays_due(database: Database, probe_tables: ChassisTables) -> None:
    schedule(database, probe_tables, MONDAY)

    def play(work: Work, _job: Job, _prepared: Any) -> Played:
        work.audit("half done", "x")
        raise ZeroDivisionError

    assert player(database, probe_tables, MONDAY, run=play).play_due() == 0
    with database.transaction() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(probe_tables.audit)).scalar_one() == 0
    assert player(database, probe_tables, MONDAY, run=lambda *_: Played.DONE).play_due() == 1


def test_a_job_that_failed_rests_before_it_is_tried_again(
    database: Database, probe_tables: ChassisTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.jobs._BACKOFF_S", (3600.0,))  # longer than any machine takes to come back
    schedule(database, probe_tables, MONDAY)
    attempts: list[Job] = []

    def play(_work: Work, job: Job, _prepared: Any) -> Played:
        attempts.append(job)
        raise ZeroDivisionError

    replica = player(database, probe_tables, MONDAY, run=play)
    assert (replica.play_due(), replica.play_due(), len(attempts)) == (0, 0, 1)


def test_rival_replicas_play_each_job_once(database: Database, probe_tables: ChassisTables) -> None:
    schedule(database, probe_tables, *(MONDAY + n * WEEK for n in range(20)))

    def play(work: Work, job: Job, _prepared: Any) -> Played:
        work.audit("played", job.key)
        return Played.DONE

    replicas = [player(database, probe_tables, MONDAY + 30 * WEEK, run=play) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(JobPlayer.play_due, replicas))
    with database.transaction() as session:
        keys = session.execute(sa.select(probe_tables.audit.c.subject)).scalars().all()
    assert len(keys) == len(set(keys)) == 20
