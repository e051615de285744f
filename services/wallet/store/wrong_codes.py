"""Wrong codes that partners typed of late, by machine time: rows, so that no restart forgets them."""

from __future__ import annotations

import uuid
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.card import WRONG_CODES_WINDOW_S
from services.wallet.store.tables import wrong_codes

# Rivals of one partner wait for each other here, so that none types more than the limit at the same moment.
LINE = "wrong_codes/"


def hold_count(work: Work, partner_id: UUID) -> int:
    """How many of late; the partner's other typed codes wait for this transaction."""
    line = f"{LINE}{work.authority_id}/{partner_id}"
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))
    return int(
        work.session.execute(
            sa.select(sa.func.count()).where(*_of(work, partner_id), wrong_codes.c.recorded_at > _window_start())
        ).scalar_one()
    )


def add(work: Work, partner_id: UUID) -> None:
    """One more; those that are too old to count are forgotten."""
    work.session.execute(
        sa.delete(wrong_codes).where(*_of(work, partner_id), wrong_codes.c.recorded_at <= _window_start())
    )
    row = {"authority_id": work.authority_id, "wrong_code_id": uuid.uuid4(), "partner_id": partner_id}
    work.session.execute(sa.insert(wrong_codes).values(row))


def _of(work: Work, partner_id: UUID) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return wrong_codes.c.authority_id == work.authority_id, wrong_codes.c.partner_id == partner_id


def _window_start() -> sa.ColumnElement[object]:
    return sa.func.clock_timestamp() - sa.text(f"interval '{WRONG_CODES_WINDOW_S} seconds'")
