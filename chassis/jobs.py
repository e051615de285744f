"""Scheduled work is what is due, not what ticks.

A job has a due platform time and is played once, with that time as "now", by whichever replica holds the lock.
Jobs of one kind of one authority are played in order of due time. A jump of the clock over five Mondays plays
five weekly jobs, each with its own date; a restart catches up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis import context as call_context
from chassis import logs, metrics, trace
from chassis.clock import PlatformClock, machine_now
from chassis.context import CallContext
from chassis.database import Database
from chassis.outages import is_operational
from chassis.tables import ChassisTables
from chassis.work import Work

_log = logs.get(__name__)


class Played(Enum):
    """What became of a job after one go."""

    DONE = "done"
    # Not finished: what was written is kept, the job stays due (the next batch, or something is not there yet).
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Job:
    """A due job. `due_at` is the instant it is played at, whatever the clock says now."""

    job_id: int
    authority_id: str
    kind: str
    key: str
    due_at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JobHandler:
    """`play(work, job, prepared)` runs in the job's transaction; `prepare(job)`, if any, before it and outside:
    the place for calls to other services."""

    play: Callable[[Work, Job, Any], Played]
    prepare: Callable[[Job], Any] | None = None


class JobPlayer:
    """Plays what is due in one service."""

    def __init__(
        self,
        service: str,
        database: Database,
        tables: ChassisTables,
        clock: PlatformClock,
        handlers: Mapping[str, JobHandler],
    ) -> None:
        self._service = service
        self._database = database
        self._tables = tables
        self._clock = clock
        self._handlers = handlers

    def play_due(self) -> int:
        """Play every due job once, in order; those that answer AGAIN keep their line waiting. How many ended."""
        ended = 0
        stuck: set[tuple[str, str]] = set()
        while job := self._next(stuck):
            if self._play(job):
                ended += 1
            else:
                stuck.add((job.authority_id, job.kind))
        return ended

    def _next(self, stuck: set[tuple[str, str]]) -> Job | None:
        with self._database.transaction() as session:
            return _first_due(session, self._tables.jobs, self._clock.now(), stuck)

    def _play(self, job: Job) -> bool:
        trace.start()
        context = CallContext(job.authority_id, self._service)
        call_context.current.set(context)
        handler = self._handlers[job.kind]
        try:
            prepared = handler.prepare(job) if handler.prepare else None
            played = self._play_in_transaction(job, handler, context, prepared)
        except Exception as error:  # noqa: BLE001 - a failed job stays due; the others go on
            outcome = "waits" if is_operational(error) else "failed"
            metrics.JOBS_PLAYED.labels(job.kind, outcome).inc()
            _log.warning("job not played", kind=job.kind, key=job.key, outcome=outcome, exc_info=error)
            return False
        metrics.JOBS_PLAYED.labels(job.kind, played.value).inc()
        return played is Played.DONE

    def _play_in_transaction(self, job: Job, handler: JobHandler, context: CallContext, prepared: Any) -> Played:
        jobs = self._tables.jobs
        with self._database.transaction() as session:
            if not _still_first(session, jobs, job):
                return Played.DONE  # another replica played it, or is playing its line
            work = Work(session, context, job.due_at, self._service, self._tables)
            played = handler.play(work, job, prepared)
            if played is Played.DONE:
                session.execute(sa.update(jobs).where(jobs.c.job_id == job.job_id).values(done_at=machine_now()))
            return played


def count_due(session: Session, tables: ChassisTables, now: datetime) -> int:
    jobs = tables.jobs
    return session.execute(
        sa.select(sa.func.count()).select_from(jobs).where(jobs.c.done_at.is_(None), jobs.c.due_at <= now)
    ).scalar_one()


def _first_due(session: Session, jobs: sa.Table, now: datetime, stuck: set[tuple[str, str]]) -> Job | None:
    waiting = sa.tuple_(jobs.c.authority_id, jobs.c.kind).not_in(sorted(stuck)) if stuck else sa.true()
    row = session.execute(
        sa.select(jobs)
        .where(jobs.c.done_at.is_(None), jobs.c.due_at <= now, waiting)
        .order_by(jobs.c.due_at, jobs.c.job_id)
        .limit(1)
    ).first()
    return Job(row.job_id, row.authority_id, row.kind, row.key, row.due_at, row.payload) if row else None


def _still_first(session: Session, jobs: sa.Table, job: Job) -> bool:
    """Take the line of this kind of job; closes the race of two replicas that saw the same first job."""
    line = f"{job.authority_id}/{job.kind}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))
    row = session.execute(sa.select(jobs.c.done_at).where(jobs.c.job_id == job.job_id).with_for_update()).one()
    return row.done_at is None
