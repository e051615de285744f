"""Marks of erased persons' cards, in the key database: nothing in it says whose they were."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.database import Database
from services.identity.store.keys.tables import kept_marks


@dataclass(frozen=True, slots=True)
class KeptMark:
    """A card's keyed hash, what was had once by who held it, and the last day on which that is known."""

    authority_id: str
    mark: bytes
    once_keys: tuple[str, ...]
    until: date


class KeptMarkRows:
    """`KeptMarks` in the key database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def once_keys(self, authority_id: str, marks: Sequence[bytes]) -> list[str]:
        wanted = sa.select(kept_marks.c.once_keys).where(
            kept_marks.c.authority_id == authority_id, kept_marks.c.mark.in_(marks)
        )
        with self._database.transaction() as session:
            return sorted({key for found in session.execute(wanted).scalars() for key in found})

    def forget_past(self, authority_id: str, today: date) -> int:
        """How many marks had lasted long enough."""
        past = sa.delete(kept_marks).where(kept_marks.c.authority_id == authority_id, kept_marks.c.until < today)
        with self._database.transaction() as session:
            return int(session.execute(past).rowcount)  # type: ignore[attr-defined]  # of a DELETE

    def all(self) -> list[KeptMark]:
        wanted = sa.select(kept_marks).order_by(kept_marks.c.authority_id, kept_marks.c.mark)
        with self._database.transaction() as session:
            return [KeptMark(row[0], bytes(row[1]), tuple(row[2]), row[3]) for row in session.execute(wanted)]


def keep_in(session: Session, marks: Collection[KeptMark]) -> None:
    """A card that was held under two accounts keeps what either had; who writes is alone (`OwnKeys`)."""
    for each in marks:
        key = kept_marks.c.authority_id == each.authority_id, kept_marks.c.mark == each.mark
        before = session.execute(sa.select(kept_marks.c.once_keys, kept_marks.c.until).where(*key)).first()
        keys = sorted({*each.once_keys, *(before.once_keys if before else ())})
        until = max(each.until, before.until) if before else each.until
        session.execute(sa.delete(kept_marks).where(*key))
        session.execute(
            sa.insert(kept_marks).values(authority_id=each.authority_id, mark=each.mark, once_keys=keys, until=until)
        )
