"""An event has its effect once, however often and however concurrently it is delivered."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from chassis import inbox
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.errors import Operational
from chassis.events import Event, encode
from chassis.tables import ChassisTables
from chassis.work import Work
from chassis.worker import EventDispatcher, EventHandler, GroupHandler

TYPE = "fr.atouts.identity.facts_changed.v1"


def an_event() -> Event:
    person = str(uuid.uuid4())
    return Event(uuid.uuid4(), "identity", TYPE, "normandie", person, 1, datetime.now(UTC), "", {"person_id": person})


def dispatcher(database: Database, tables: ChassisTables, handle: Any, fetch: Any = None) -> EventDispatcher:
    clock = FixedClock(datetime(2025, 9, 1, tzinfo=UTC))
    return EventDispatcher("wallet", database, tables, clock, {TYPE: EventHandler(handle, fetch)})


def grouped(database: Database, tables: ChassisTables, failing: str = "") -> EventDispatcher:
    """Its events share transactions; the one of that subject fails."""

    def handle_all(events: Sequence[tuple[Work, Event]]) -> None:
        for work, event in events:
            leave_a_mark(work, event, None)
            if event.subject == failing:
                raise ZeroDivisionError("the bug")

    clock = FixedClock(datetime(2025, 9, 1, tzinfo=UTC))
    return EventDispatcher("wallet", database, tables, clock, {TYPE: GroupHandler(handle_all)})


def leave_a_mark(work: Work, event: Event, _fetched: Any) -> None:
    work.audit("seen", event.subject)


def marks(database: Database, tables: ChassisTables) -> int:
    with database.transaction() as session:
        return session.execute(sa.select(sa.func.count()).select_from(tables.audit)).scalar_one()


def test_rival_deliveries_of_one_event_have_one_effect(database: Database, probe_tables: ChassisTables) -> None:
    body = encode(an_event(), 1)
    target = dispatcher(database, probe_tables, leave_a_mark)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: target.dispatch(body), range(12)))
    assert marks(database, probe_tables) == 1


def test_rival_deliveries_of_grouped_events_have_one_effect_each(
    database: Database, probe_tables: ChassisTables
) -> None:
    """Forty events, each delivered three times side by side, whichever share a transaction: forty marks."""
    bodies = [encode(an_event(), 1) for _ in range(40)]
    target = grouped(database, probe_tables)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(target.dispatch, [body for body in bodies for _ in range(3)]))
    assert marks(database, probe_tables) == 40


def test_a_bug_in_a_group_leaves_the_neighbours_effect(database: Database, probe_tables: ChassisTables) -> None:
    """The bad event is raised to its own delivery and counted; nine others are handled once."""
    bad, *others = [an_event() for _ in range(10)]
    target = grouped(database, probe_tables, failing=bad.subject)
    with ThreadPoolExecutor(10) as pool:
        told = [pool.submit(target.dispatch, encode(event, 1)) for event in (bad, *others)]
    assert [type(each.exception()) for each in told] == [ZeroDivisionError, *[type(None)] * 9]
    assert marks(database, probe_tables) == 9
    with database.transaction() as session:
        failed = session.execute(sa.select(probe_tables.inbox).where(probe_tables.inbox.c.handled_at.is_(None))).one()
    assert (failed.event_id, failed.failures) == (bad.event_id, 1)


def test_an_operational_error_is_waited_out_and_counts_for_nothing(
    database: Database, probe_tables: ChassisTables
) -> None:
    answers = iter([Operational("identity is away"), Operational("identity is away"), None])

    def fetch(_event: Event) -> None:
        if error := next(answers):
            raise error

    dispatcher(database, probe_tables, leave_a_mark, fetch).dispatch(encode(an_event(), 1))
    assert marks(database, probe_tables) == 1
    with database.transaction() as session:
        assert session.execute(sa.select(probe_tables.inbox.c.failures)).scalar_one() == 0


def test_a_bug_undoes_the_handler_and_keeps_its_reason(database: Database, probe_tables: ChassisTables) -> None:
    def handle(work: Work, event: Event, _fetched: Any) -> None:
        leave_a_mark(work, event, None)
        raise ZeroDivisionError("the bug")

    event = an_event()
    target = dispatcher(database, probe_tables, handle)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            target.dispatch(encode(event, 1))
    assert marks(database, probe_tables) == 0
    with database.transaction() as session:
        row = session.execute(sa.select(probe_tables.inbox)).one()
        assert (row.failures, row.handled_at) == (2, None)
        assert "the bug" in row.last_failure


def test_an_event_that_failed_before_is_handled_once_mended(database: Database, probe_tables: ChassisTables) -> None:
    event = an_event()
    with database.transaction() as session:
        inbox.record_failure(session, probe_tables, event, "a bug since mended")
    target = dispatcher(database, probe_tables, leave_a_mark)
    target.dispatch(encode(event, 1))
    target.dispatch(encode(event, 1))
    assert marks(database, probe_tables) == 1


def test_a_second_delivery_waits_for_the_first_to_commit(database: Database, probe_tables: ChassisTables) -> None:
    event, first_claimed, answers = an_event(), threading.Event(), []

    def second() -> None:
        first_claimed.wait()
        with database.transaction() as session:
            answers.append(inbox.claim(session, probe_tables, event))

    rival = threading.Thread(target=second)
    rival.start()
    with database.transaction() as session:
        answers.append(inbox.claim(session, probe_tables, event))
        first_claimed.set()
    rival.join()
    assert answers == [True, False]
