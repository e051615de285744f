"""Whole lists for the operator, streamed."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.tables import ChassisTables
from chassis.work import Work
from services.wallet.domain.ledger import PAYING
from services.wallet.store.tables import transfers

_ROWS_AT_ONCE = 5_000


def debits(session: Session) -> Iterator[dict[str, object]]:
    """Every authority's debits by id, by card or by voucher: debit_id, partner_id, amount_cents, state (recorded or
    cancelled)."""
    cancelling = transfers.alias()
    statement = (
        sa.select(
            transfers.c.transfer_id,
            transfers.c.partner_id,
            transfers.c.amount_cents,
            cancelling.c.transfer_id.label("cancellation"),
        )
        .outerjoin(
            cancelling,
            (cancelling.c.authority_id == transfers.c.authority_id) & (cancelling.c.cancels == transfers.c.transfer_id),
        )
        .where(transfers.c.kind.in_([kind.value for kind in PAYING]))
        .order_by(transfers.c.transfer_id)
    )
    for row in session.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE}):
        yield {
            "debit_id": str(row.transfer_id),
            "partner_id": str(row.partner_id),
            "amount_cents": row.amount_cents,
            "state": "cancelled" if row.cancellation else "recorded",
        }


def grants(work: Work, tables: ChassisTables) -> Iterator[tuple[str, str, tuple[str, ...], int]]:
    """(account, scope, roles, version) of every grant known here."""
    table = tables.grants
    rows = work.session.execute(sa.select(table).where(table.c.authority_id == work.authority_id))
    for row in rows:
        yield row.account_id, row.scope, tuple(row.roles), row.version
