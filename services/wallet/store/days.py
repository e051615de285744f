"""The gates that keep counted days closed and stops immediate.

Every writer of a partner's movement holds two shared advisory locks until its commit: that of all debits and
that of its Paris day. Counting a day takes the day's lock exclusively, so no writer is under way when the day
is sealed, and whoever comes later finds it sealed. Stopping an accreditation takes the other one exclusively,
so no debit that was decided before commits after it.

What moves no partner's money (credits, holds, expiries) is not in payout's count: it holds its day against the seal
alone (`hold`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.wallet.store import many_rows
from services.wallet.store.tables import sealed_days

# First half of the advisory locks' keys: ours among a database's.
_DEBITS, _DAYS = 0x64656269, 0x64617973
_ENTER = "SELECT pg_advisory_xact_lock_shared(%s, 0), pg_advisory_xact_lock_shared(%s, %s)"
_SEALED = "SELECT 1 FROM sealed_days WHERE authority_id = ANY(%s) AND day = %s LIMIT 1"


def enter(connection: sa.Connection, day: date) -> None:
    """Hold both gates open for a movement of this day until the transaction ends."""
    many_rows.run(connection, _ENTER, (_DEBITS, _DAYS, day.toordinal()))


def hold(connection: sa.Connection, some: Iterable[date]) -> None:
    """Keep these days from being sealed until the transaction ends."""
    for day in sorted(some):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock_shared(%s, %s)", (_DAYS, day.toordinal()))


def sealed(connection: sa.Connection, day: date, authority_ids: Iterable[str]) -> bool:
    """Whether one of these authorities' day is closed to partners; ask after `enter`, in a statement of its own."""
    return bool(many_rows.fetch(connection, _SEALED, (list(authority_ids), day)))


def counted(connection: sa.Connection, day: date, authority_id: str) -> bool:
    """Whether payout counted this day: sealing alone closes it to its own movements, not to later cancellations."""
    statement = sa.select(sealed_days.c.day).where(
        sealed_days.c.authority_id == authority_id, sealed_days.c.day == day, sealed_days.c.counted_at.is_not(None)
    )
    return connection.execute(statement).first() is not None


def wait_for_debits(work: Work) -> None:
    """Return when every debit under way has ended; the next ones wait for this transaction."""
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_DEBITS, 0)))


def seal(work: Work, day: date) -> None:
    """Close a day to partners' movements for good."""
    seal_all(work, [day])


def count(work: Work, day: date) -> None:
    """Close a day as `seal` does, and keep that payout counted it."""
    seal(work, day)
    work.session.execute(
        sa.update(sealed_days)
        .where(
            sealed_days.c.authority_id == work.authority_id,
            sealed_days.c.day == day,
            sealed_days.c.counted_at.is_(None),
        )
        .values(counted_at=work.now)
    )


def seal_all(work: Work, some: Sequence[date]) -> None:
    """Close these days, in their order; who writes on one of them is waited for."""
    for day in some:
        work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_DAYS, day.toordinal())))
    rows = [{"authority_id": work.authority_id, "day": day} for day in some]
    work.session.execute(insert(sealed_days).values(rows).on_conflict_do_nothing())
