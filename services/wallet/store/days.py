"""The gates that keep counted days closed and stops immediate.

Every writer of a partner's movement holds two shared advisory locks until its commit: that of all debits and
that of its Paris day. Counting a day takes the day's lock exclusively, so no writer is under way when the day
is sealed, and whoever comes later finds it sealed. Stopping an accreditation takes the other one exclusively,
so no debit that was decided before commits after it.
"""

from __future__ import annotations

from collections.abc import Iterable
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


def sealed(connection: sa.Connection, day: date, authority_ids: Iterable[str]) -> bool:
    """Whether one of these authorities' day is counted; ask after `enter`, in a statement of its own."""
    return bool(many_rows.fetch(connection, _SEALED, (list(authority_ids), day)))


def wait_for_debits(work: Work) -> None:
    """Return when every debit under way has ended; the next ones wait for this transaction."""
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_DEBITS, 0)))


def seal(work: Work, day: date) -> None:
    """Close a day for good."""
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_DAYS, day.toordinal())))
    row = {"authority_id": work.authority_id, "day": day}
    work.session.execute(insert(sealed_days).values(row).on_conflict_do_nothing())
