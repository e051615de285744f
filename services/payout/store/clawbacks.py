"""Clawbacks as rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from chassis.work import Work
from services.payout.domain.clawback import STANDING, Clawback, ClawbackState
from services.payout.domain.errors import UnknownClawback
from services.payout.store.tables import clawbacks


class Clawbacks:
    """Clawbacks of the work's authority."""

    def __init__(self, work: Work) -> None:
        self._session = work.session
        self._authority_id = work.authority_id

    def add(self, clawback: Clawback) -> None:
        self._session.execute(sa.insert(clawbacks), asdict(clawback) | {"authority_id": self._authority_id})

    def save(self, clawback: Clawback) -> None:
        self._session.execute(
            sa.update(clawbacks)
            .where(*self._that(clawback.clawback_id))
            .values(
                state=clawback.state,
                decided_by=clawback.decided_by,
                decided_at=clawback.decided_at,
                refused_for=clawback.refused_for,
            )
        )

    def find(self, clawback_id: str) -> Clawback:
        """Raises UnknownClawback."""
        return self._one(sa.select(clawbacks).where(*self._that(clawback_id)), clawback_id)

    def lock(self, clawback_id: str) -> Clawback:
        """Raises UnknownClawback. A rival decision on it waits here."""
        return self._one(sa.select(clawbacks).where(*self._that(clawback_id)).with_for_update(), clawback_id)

    def standing_cents(self, debit_id: str) -> int:
        """What clawbacks take of a debit, or may still."""
        summed = sa.func.coalesce(sa.func.sum(clawbacks.c.amount_cents), 0)
        query = sa.select(summed).where(
            clawbacks.c.authority_id == self._authority_id,
            clawbacks.c.debit_id == debit_id,
            clawbacks.c.state.in_(STANDING),
        )
        return int(self._session.execute(query).scalar_one())

    def _one(self, query: sa.Select[Any], clawback_id: str) -> Clawback:
        row = self._session.execute(query).first()
        if row is None:
            raise UnknownClawback(clawback_id)
        return clawback_of(row)

    def _that(self, clawback_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return clawbacks.c.authority_id == self._authority_id, clawbacks.c.clawback_id == clawback_id


def clawback_of(row: Any) -> Clawback:
    return Clawback(
        row.clawback_id,
        row.debit_id,
        row.partner_id,
        row.amount_cents,
        row.reason,
        row.proposed_by,
        row.proposed_at,
        ClawbackState(row.state),
        row.decided_by,
        row.decided_at,
        row.refused_for,
    )
