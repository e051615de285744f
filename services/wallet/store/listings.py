"""Whole lists for the operator, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.tables import ChassisTables
from chassis.work import Work
from services.wallet.domain.ledger import PAYING
from services.wallet.store.tables import detached_seasons, transfers

_ROWS_AT_ONCE = 5_000


def debits(session: Session) -> Iterator[dict[str, object]]:
    """Every authority's debits by id, by card or by voucher: debit_id, partner_id, amount_cents, state (recorded or
    cancelled)."""
    tables = [transfers, *_still_here(session)]
    statement = sa.union_all(*map(_debits_of, tables)).order_by("transfer_id")
    for row in session.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE}):
        yield {
            "debit_id": str(row.transfer_id),
            "partner_id": str(row.partner_id),
            "amount_cents": row.amount_cents,
            "state": "cancelled" if row.cancellation else "recorded",
        }


def _debits_of(table: sa.Table) -> sa.Select[Any]:
    cancelling = table.alias()
    return (
        sa.select(
            table.c.transfer_id,
            table.c.partner_id,
            table.c.amount_cents,
            cancelling.c.transfer_id.label("cancellation"),
        )
        .outerjoin(
            cancelling,
            (cancelling.c.authority_id == table.c.authority_id) & (cancelling.c.cancels == table.c.transfer_id),
        )
        .where(table.c.kind.in_([kind.value for kind in PAYING]))
    )


def _still_here(session: Session) -> Iterator[sa.Table]:
    """Partitions that were detached and are not dropped yet: payout knows their debits too."""
    numbers = session.execute(
        sa.select(detached_seasons.c.season_no).where(
            detached_seasons.c.detached_at.is_not(None),
            sa.func.to_regclass("ledger.transfers_" + sa.cast(detached_seasons.c.season_no, sa.Text)).is_not(None),
        )
    )
    for number in numbers.scalars():
        yield transfers.to_metadata(sa.MetaData(), schema="ledger", name=f"transfers_{number}")


def grants(work: Work, tables: ChassisTables) -> Iterator[tuple[str, str, tuple[str, ...], int]]:
    """(account, scope, roles, version) of every grant known here."""
    table = tables.grants
    rows = work.session.execute(sa.select(table).where(table.c.authority_id == work.authority_id))
    for row in rows:
        yield row.account_id, row.scope, tuple(row.roles), row.version
