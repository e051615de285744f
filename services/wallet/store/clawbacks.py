"""Clawbacks as rows: payout's own id makes each one once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.store.budget_tables import clawbacks


@dataclass(frozen=True, slots=True)
class Clawback:
    """What a partner owes back of one debit, as payout decided it; `amount_cents` > 0."""

    clawback_id: UUID
    debit_id: UUID
    partner_id: UUID
    amount_cents: int


def find(work: Work, clawback_id: UUID) -> tuple[Clawback, UUID] | None:
    """The clawback, and its transfer's id."""
    row = work.session.execute(
        sa.select(clawbacks).where(
            clawbacks.c.authority_id == work.authority_id, clawbacks.c.clawback_id == clawback_id
        )
    ).first()
    if row is None:
        return None
    return Clawback(row.clawback_id, row.debit_id, row.partner_id, row.amount_cents), row.transfer_id


def add(work: Work, clawback: Clawback, envelope_id: UUID, transfer_id: UUID) -> None:
    row = {
        "authority_id": work.authority_id,
        "clawback_id": clawback.clawback_id,
        "debit_id": clawback.debit_id,
        "partner_id": clawback.partner_id,
        "envelope_id": envelope_id,
        "amount_cents": clawback.amount_cents,
        "transfer_id": transfer_id,
    }
    work.session.execute(sa.insert(clawbacks), row)
