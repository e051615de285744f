"""Whole lists for the operator, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.tables import ChassisTables
from chassis.work import Work
from services.wallet.domain.ledger import PAYING, AccountKind
from services.wallet.store.budget_tables import clawbacks
from services.wallet.store.tables import detached_seasons, seal_totals, transfers

_ROWS_AT_ONCE = 5_000


def debits(session: Session) -> Iterator[dict[str, object]]:
    """Every authority's debits by id, by card or by voucher: debit_id, partner_id, amount_cents, state (recorded or
    cancelled), and kept_cents: what its partner keeps of it after a cancellation or clawbacks."""
    tables = [transfers, *_still_here(session)]
    statement = sa.union_all(*map(_debits_of, tables)).order_by("transfer_id")
    for row in session.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE}):
        yield {
            "debit_id": str(row.transfer_id),
            "partner_id": str(row.partner_id),
            "amount_cents": row.amount_cents,
            "state": "cancelled" if row.cancellation else "recorded",
            "kept_cents": 0 if row.cancellation else row.amount_cents - row.clawed_back_cents,
        }


def _debits_of(table: sa.Table) -> sa.Select[Any]:
    cancelling = table.alias()
    clawed_back = (
        sa.select(clawbacks.c.authority_id, clawbacks.c.debit_id, sa.func.sum(clawbacks.c.amount_cents).label("cents"))
        .group_by(clawbacks.c.authority_id, clawbacks.c.debit_id)
        .subquery()
    )
    return (
        sa.select(
            table.c.transfer_id,
            table.c.partner_id,
            table.c.amount_cents,
            cancelling.c.transfer_id.label("cancellation"),
            sa.cast(sa.func.coalesce(clawed_back.c.cents, 0), sa.BigInteger).label("clawed_back_cents"),
        )
        .outerjoin(
            cancelling,
            (cancelling.c.authority_id == table.c.authority_id) & (cancelling.c.cancels == table.c.transfer_id),
        )
        .outerjoin(
            clawed_back,
            (clawed_back.c.authority_id == table.c.authority_id) & (clawed_back.c.debit_id == table.c.transfer_id),
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


def dropped_seasons(session: Session) -> Iterator[dict[str, object]]:
    """What each partner was paid in the seasons whose entries are here no more, by their sealed days: season (its
    authority, scheme and name), partner_id, sum_cents."""
    here = sa.func.to_regclass("ledger.transfers_" + sa.cast(detached_seasons.c.season_no, sa.Text))
    own = (seal_totals.c.authority_id, seal_totals.c.season_no)
    closed = (detached_seasons.c.authority_id, detached_seasons.c.season_no)
    season = (detached_seasons.c.authority_id, detached_seasons.c.scheme, detached_seasons.c.season)
    statement = (
        sa.select(*season, seal_totals.c.account_id, sa.func.sum(seal_totals.c.amount_cents).label("sum_cents"))
        .join(detached_seasons, sa.tuple_(*own) == sa.tuple_(*closed))
        .where(
            seal_totals.c.account_kind == AccountKind.PARTNER.value,
            detached_seasons.c.detached_at.is_not(None),
            here.is_(None),
        )
        .group_by(*season, seal_totals.c.account_id)
        .order_by(*season, seal_totals.c.account_id)
    )
    for row in session.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE}):
        yield {
            "season": f"{row.authority_id}/{row.scheme}/{row.season}",
            "partner_id": str(row.account_id),
            "sum_cents": int(row.sum_cents),
        }


def grants(work: Work, tables: ChassisTables) -> Iterator[tuple[str, str, tuple[str, ...], int]]:
    """(account, scope, roles, version) of every grant known here."""
    table = tables.grants
    rows = work.session.execute(sa.select(table).where(table.c.authority_id == work.authority_id))
    for row in rows:
        yield row.account_id, row.scope, tuple(row.roles), row.version
