"""Draws as they were published. A row is written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from chassis.work import Work
from services.bonplan.domain.draw import Outcome
from services.bonplan.store.tables import draws


@dataclass(frozen=True, slots=True)
class KeptDraw:
    """All that anybody needs to draw again, and who ran it when."""

    offer_id: str
    seed: bytes
    outcome: Outcome
    method: str
    drawn_at: datetime
    drawn_by: str


class Draws:
    """Draws of the work's authority."""

    def __init__(self, work: Work) -> None:
        self._session = work.session
        self._authority_id = work.authority_id

    def add(self, draw: KeptDraw) -> None:
        self._session.execute(
            sa.insert(draws).values(
                authority_id=self._authority_id,
                offer_id=draw.offer_id,
                seed=draw.seed,
                registrations_hash=draw.outcome.registrations_hash,
                took_part=list(draw.outcome.took_part),
                winners=list(draw.outcome.winners),
                method=draw.method,
                drawn_at=draw.drawn_at,
                drawn_by=draw.drawn_by,
            )
        )

    def of(self, offer_id: str) -> KeptDraw | None:
        row = self._session.execute(
            sa.select(draws).where(draws.c.authority_id == self._authority_id, draws.c.offer_id == offer_id)
        ).first()
        return draw_of(row) if row else None


def draw_of(row: Any) -> KeptDraw:
    outcome = Outcome(row.registrations_hash, tuple(row.took_part), tuple(row.winners))
    return KeptDraw(row.offer_id, row.seed, outcome, row.method, row.drawn_at, row.drawn_by)
