"""Corrections as rows: proposed, then confirmed with their transfer, or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.correction import Correction, CorrectionState
from services.wallet.domain.wallet import Adjustment
from services.wallet.store import paging
from services.wallet.store.budget_tables import corrections


def add(work: Work, correction: Correction) -> None:
    adjustment = correction.adjustment
    row = {
        "authority_id": work.authority_id,
        "correction_id": correction.correction_id,
        "wallet_id": correction.wallet_id,
        "debit_id": correction.debit_id,
        "amount_cents": adjustment.amount_cents,
        "uses": adjustment.uses,
        "reason": correction.reason,
        "state": correction.state.value,
        "proposed_by": correction.proposed_by,
        "proposed_at": correction.proposed_at,
    }
    work.session.execute(sa.insert(corrections), row)


def save_decision(work: Work, correction: Correction) -> None:
    work.session.execute(
        sa.update(corrections)
        .where(
            corrections.c.authority_id == work.authority_id,
            corrections.c.correction_id == correction.correction_id,
        )
        .values(
            state=correction.state.value,
            decided_by=correction.decided_by,
            decided_at=correction.decided_at,
            transfer_id=correction.transfer_id,
        )
    )


def lock(work: Work, correction_id: UUID) -> Correction | None:
    """The correction, held: of two who decide at once the second finds it decided."""
    row = work.session.execute(_of(work, corrections.c.correction_id == correction_id).with_for_update()).first()
    return _correction(row) if row else None


def page(work: Work, state: CorrectionState | None, page_token: str) -> tuple[Sequence[Correction], str]:
    which = [corrections.c.state == state.value] if state else []
    after = paging.key_of(page_token, 1)
    if after:
        which.append(corrections.c.correction_id > paging.identifier(after[0]))
    statement = _of(work, *which).order_by(corrections.c.correction_id).limit(paging.PAGE_SIZE + 1)
    found = [_correction(row) for row in work.session.execute(statement)]
    return paging.cut(found, lambda each: (str(each.correction_id),))


def _of(work: Work, *which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(corrections).where(corrections.c.authority_id == work.authority_id, *which)


def _correction(row: Any) -> Correction:
    return Correction(
        row.correction_id,
        row.wallet_id,
        Adjustment(row.amount_cents, row.uses),
        row.reason,
        row.proposed_by,
        row.proposed_at,
        row.debit_id,
        CorrectionState(row.state),
        row.decided_by,
        row.decided_at,
        row.transfer_id,
    )
