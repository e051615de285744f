"""`bulk-credit`: enrolments that a file validated, a thousand an event, until every wallet is credited: 30,000, or
100,000 with `--long`.

The wallet's part on its real tables: each event is read, claimed in the inbox, decided by the rulebook and written in
one transaction, as its worker does; identity's answers are made beforehand. Peer in the same run: plain COPY of as many
rows into the same tables, indexes and constraints included, a commit a table.
"""

from __future__ import annotations

import gc
import os
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import psycopg
import sqlalchemy as sa
from alembic import command

from bench import cpu, enrolment_fixture
from bench.debit_rpc import libpq as libpq
from bench.enrolment_fixture import WRITTEN, Connection, person_id, pupils
from bench.figures import Figure, median
from chassis import events
from chassis.clock import MovableClock, machine_now
from chassis.config import Environment, read
from chassis.context import CallContext
from chassis.events import Event, type_of
from chassis.migrate import alembic_config
from chassis.worker import EventDispatcher
from embedded import lifecycle, state
from embedded.environment import Environments
from embedded.rundir import ROOT, RunDir
from services.wallet import bootstrap
from services.wallet.bootstrap import Parts
from services.wallet.domain.facts import EnrolmentState, PersonFacts
from services.wallet.entrypoints.handlers import event_handlers
from services.wallet.store.tables import CHASSIS, metadata

NAME = "bulk-credit"
ROUNDS = 3
ENROLMENTS, ENROLMENTS_LONG = 30_000, 100_000
A_FILE = 1_000
_TABLES = [table.name for table in metadata.sorted_tables]


class ToldBefore:
    """Identity's answers, made beforehand."""

    def __init__(self, count: int) -> None:
        self._told = {person_id(number): pupils().told(number, 2, EnrolmentState.VALIDATED) for number in range(count)}

    def look_up(self, person_ids: Sequence[UUID]) -> list[PersonFacts]:
        return [self._told[each] for each in person_ids]

    def versions(self) -> Iterator[tuple[UUID, int]]:
        return ((each, facts.version) for each, facts in self._told.items())


@dataclass(frozen=True, slots=True)
class Clock:
    instant: datetime

    def now(self) -> datetime:
        return self.instant


def run(long: bool) -> Iterator[Figure]:
    """Enrolments a second until credited, against rows copied; medians of three rounds."""
    count = ENROLMENTS_LONG if long else ENROLMENTS
    with _parts(count) as (parts, url), psycopg.connect(libpq(url), autocommit=True) as connection:
        gc.collect()
        gc.freeze()  # what identity would answer from its own memory is not the worker's to walk
        _fill(parts, count)
        filled = enrolment_fixture.copied(connection, _TABLES)
        rounds = [_round(parts, connection, filled, count) for _ in range(ROUNDS)]
    ours, theirs = median(each for each, _ in rounds), median(each for _, each in rounds)
    yield Figure(NAME, f"{count:,} enrolments credited", count / ours, "1/s", "COPY of the rows", count / theirs)
    yield Figure(NAME, "the whole file", ours, "s")
    yield Figure(NAME, "memory", cpu.memory_mb(os.getpid()), "MB")


def _round(parts: Parts, connection: Connection, filled: Mapping[str, bytes], count: int) -> tuple[float, float]:
    """Seconds from the first event to the last wallet, and seconds to COPY the rows that were written."""
    enrolment_fixture.empty(connection, _TABLES)
    enrolment_fixture.copy_in(connection, filled)
    connection.execute("VACUUM ANALYZE memberships, person_facts")
    ours = _credited_in(parts, count)
    credited = connection.execute("SELECT count(*) FROM wallets WHERE balance_cents > 0").fetchone()
    if credited != (count,):
        raise RuntimeError(f"{credited} wallets of {count} were credited")
    rows = enrolment_fixture.copied(connection, WRITTEN)
    enrolment_fixture.empty(connection, WRITTEN)
    began = time.monotonic()
    enrolment_fixture.copy_in(connection, rows)
    return ours, time.monotonic() - began


def _fill(parts: Parts, count: int) -> None:
    platform, context = parts.platform, CallContext(pupils().authority, "wallet")
    with platform.database.transaction() as session:
        enrolment_fixture.fill(platform.work(session, context), parts.rules, count)


def _credited_in(parts: Parts, count: int) -> float:
    platform = parts.platform
    dispatcher = EventDispatcher("wallet", platform.database, CHASSIS, platform.clock, event_handlers(parts))
    bodies = [_body(range(start, min(start + A_FILE, count))) for start in range(0, count, A_FILE)]
    began = time.monotonic()
    for body in bodies:
        dispatcher.dispatch(body)
    return time.monotonic() - began


def _body(numbers: range) -> bytes:
    data = {
        "scheme": pupils().scheme,
        "season": pupils().season,
        "enrolments": [
            {"enrolment_id": str(uuid.uuid4()), "person_id": str(person_id(number)), "version": 2} for number in numbers
        ],
    }
    kind = type_of("identity", "enrolments_validated")
    event = Event(uuid.uuid4(), "identity", kind, pupils().authority, "page", 1, machine_now(), "", data)
    return events.encode(event, 1)


def _migrate(url: str) -> None:
    """The tables alone: no queue is declared."""
    config = alembic_config(ROOT / "services" / "wallet" / "store", url)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


@contextmanager
def _parts(count: int) -> Iterator[tuple[Parts, sa.URL]]:
    """The wallet on an empty database of its own, in a run folder that is gone afterwards."""
    run = RunDir(ROOT / ".run" / "bench-credits")
    lifecycle.reset(run)
    try:
        run.path.mkdir(parents=True, exist_ok=True)
        MovableClock(run.clock).place_at(pupils().at)
        lifecycle.up(run, "embedded.platform:SERVERS_ONLY")
        settings = Environments(run, state.read(run)).of_service("wallet")
        _migrate(settings["WALLET_DATABASE_URL"])
        built = bootstrap.build(read("wallet", Environment({**os.environ, **settings})))
        platform = replace(built.platform, clock=Clock(pupils().at))
        yield replace(built, platform=platform, facts=ToldBefore(count)), sa.make_url(settings["WALLET_DATABASE_URL"])
        built.platform.database.close()
    finally:
        lifecycle.reset(run)
