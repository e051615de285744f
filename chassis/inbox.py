"""Facts that come in: each has its effect exactly once, however often it is delivered."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.clock import machine_now
from chassis.events import Event
from chassis.tables import ChassisTables


def claim(session: Session, tables: ChassisTables, event: Event) -> bool:
    """True when this transaction is the one that handles the event; a rival waits here for our commit."""
    return bool(claim_all(session, tables, [event]))


def claim_all(session: Session, tables: ChassisTables, events: Sequence[Event]) -> list[Event]:
    """Those that this transaction is to handle, each once, in the order given; rivals wait here for our commit."""
    by_id = {(event.source, event.event_id): event for event in reversed(events)}
    inbox = tables.inbox
    statement = insert(inbox)
    upsert = statement.on_conflict_do_update(
        index_elements=["source", "event_id"],
        set_={"handled_at": statement.excluded.handled_at},
        where=inbox.c.handled_at.is_(None),
    ).returning(inbox.c.source, inbox.c.event_id)
    # Rivals take the rows in one order, and none waits for another that waits for it.
    rows = [_identity(by_id[key]) | {"handled_at": machine_now()} for key in sorted(by_id)]
    claimed = {(row.source, row.event_id) for row in session.execute(upsert, rows)}
    return [event for key, event in reversed(by_id.items()) if key in claimed]


def record_failure(session: Session, tables: ChassisTables, event: Event, reason: str) -> int:
    """Note that a handler failed on the event; how often it has failed by now."""
    inbox = tables.inbox
    statement = insert(inbox).values(_identity(event) | {"failures": 1, "last_failure": reason[:500]})
    upsert = statement.on_conflict_do_update(
        index_elements=["source", "event_id"],
        set_={"failures": inbox.c.failures + 1, "last_failure": statement.excluded.last_failure},
    )
    return int(session.execute(upsert.returning(inbox.c.failures)).scalar_one())


def handled_counts(session: Session, tables: ChassisTables) -> dict[str, int]:
    """How many events of each type were handled since the beginning."""
    inbox = tables.inbox
    rows = session.execute(
        sa.select(inbox.c.type, sa.func.count().label("handled"))
        .where(inbox.c.handled_at.is_not(None))
        .group_by(inbox.c.type)
    )
    return {row.type: row.handled for row in rows}


def _identity(event: Event) -> dict[str, object]:
    return {
        "source": event.source,
        "event_id": event.event_id,
        "authority_id": event.authority_id,
        "type": event.type,
    }
