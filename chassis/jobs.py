"""Scheduled work is what is due, not what ticks.

A job has a due platform time and is played once, with that time as "now", by whichever replica holds the lock.
Jobs of one kind of one authority are played in order of due time; a kind may have several such lines, each named
after a colon (`run:<line>`): what waits in one keeps no other back. A jump of the clock over five Mondays plays
five weekly jobs, each with its own date; a restart catches up.
"""

from __future__ import annotations

import time
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

_BACKOFF_S = (0.3, 0.5, 1.0, 2.0, 5.0)
_log = logs.get(__name__)

# Jobs of one kind of one authority: played in order, one at a time.
Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A line whose first job failed so often, and rests until that instant of machine time."""

    failures: int
    until: float


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
        self._troubles: dict[Line, _Trouble] = {}
        self._any_due = _any_due(tables.jobs)

    def play_due(self) -> int:
        """Play every due job once, in order; those that answer AGAIN keep their line waiting. How many ended."""
        if not self._database.has_any(self._any_due, now=self._clock.now()):
            return 0
        ended = 0
        stuck = {line for line, trouble in self._troubles.items() if trouble.until > time.monotonic()}
        while job := self._next(stuck):
            if self._play(job):
                ended += 1
            else:
                stuck.add((job.authority_id, job.kind))
        return ended

    def _next(self, stuck: set[Line]) -> Job | None:
        with self._database.transaction() as session:
            return _first_due(session, self._tables.jobs, self._clock.now(), stuck)

    def _play(self, job: Job) -> bool:
        trace.start()
        context = CallContext(job.authority_id, self._service)
        call_context.current.set(context)
        handler = self._handlers[job.kind.partition(":")[0]]
        try:
            prepared = handler.prepare(job) if handler.prepare else None
            played = self._play_in_transaction(job, handler, context, prepared)
        except Exception as error:  # noqa: BLE001 - a failed job stays due; the others go on
            self._note_trouble(job, error)
            return False
        self._troubles.pop((job.authority_id, job.kind), None)
        metrics.JOBS_PLAYED.labels(job.kind, played.value).inc()
        return played is Played.DONE

    def _note_trouble(self, job: Job, error: Exception) -> None:
        """The job's line rests, longer each time; a bug is logged whole, once an attempt."""
        line = (job.authority_id, job.kind)
        failures = self._troubles[line].failures if line in self._troubles else 0
        delay_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
        self._troubles[line] = _Trouble(failures + 1, time.monotonic() + delay_s)
        if is_operational(error):
            metrics.JOBS_PLAYED.labels(job.kind, "waits").inc()
            _log.warning("job waits", kind=job.kind, key=job.key, reason=str(error)[:200], delay_s=delay_s)
        else:
            metrics.JOBS_PLAYED.labels(job.kind, "failed").inc()
            _log.error("job failed", kind=job.kind, key=job.key, delay_s=delay_s, exc_info=error)

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


def _any_due(jobs: sa.Table) -> sa.Select[Any]:
    """What an idle worker asks, made once."""
    due = sa.and_(jobs.c.done_at.is_(None), jobs.c.due_at <= sa.bindparam("now"))
    return sa.select(sa.literal_column("1", sa.Integer)).select_from(jobs).where(due).limit(1)


def _first_due(session: Session, jobs: sa.Table, now: datetime, stuck: set[Line]) -> Job | None:
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
