"""A service's database as a test finds it: empty.

A truncated table is new files for it, its indexes and its long values, and a test writes to a few tables of the many:
those that hold nothing are left as they are (decision 0154).
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

# Of rows that a test deleted itself: their numbers are counted from 1 again, as those of all others are.
_COUNTED = sa.text(
    "SELECT d.refobjid::regclass::text FROM pg_sequence s JOIN pg_depend d"
    " ON d.objid = s.seqrelid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')"
    " WHERE pg_sequence_last_value(s.seqrelid) IS NOT NULL"
)


def empty(session: Session, metadata: sa.MetaData) -> None:
    """No row in any table, and each table's numbers start at 1."""
    tables = [table.name for table in metadata.sorted_tables]
    used = {*with_rows(session, tables), *(set(session.execute(_COUNTED).scalars()) & set(tables))}
    if used:
        session.execute(sa.text(f"TRUNCATE {', '.join(sorted(used))} RESTART IDENTITY CASCADE"))


def with_rows(session: Session, tables: Iterable[str]) -> list[str]:
    """Those of the tables that hold a row."""
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)  # noqa: S608 - own tables
    return list(session.execute(sa.text(" UNION ALL ".join(asked))).scalars())
