"""Writes transfers with their entries: the one place where money is recorded, one by one or by the group."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.ledger import PAYING, Entry, Transfer
from services.wallet.domain.wallet import PastDebit
from services.wallet.store import many_rows
from services.wallet.store.budget_tables import clawbacks
from services.wallet.store.tables import transfers

_TRANSFERS = (
    "authority_id, transfer_id, kind, envelope_id, wallet_id, partner_id, category, amount_cents, cancels, "
    "occurred_at, business_day, rulebook_hash, account_id, device, uses, channel"
)
_ENTRIES = (
    "authority_id, transfer_id, account_kind, account_id, amount_cents, balance_before_cents, balance_after_cents, "
    "account_version"
)


def write(work: Work, written: Sequence[Transfer]) -> None:
    """Append transfers of this work's authority."""
    append(work.session.connection(), [(work.authority_id, transfer) for transfer in written])


def append(connection: sa.Connection, written: Sequence[tuple[str, Transfer]]) -> None:
    """Append (authority, transfer) pairs, each with its two entries."""
    rows = [_transfer_row(authority_id, transfer) for authority_id, transfer in written]
    many_rows.copy(connection, "transfers", _TRANSFERS, rows)
    sides = [
        _entry_row(authority_id, transfer.transfer_id, entry)
        for authority_id, transfer in written
        for entry in transfer.entries
    ]
    many_rows.copy(connection, "entries", _ENTRIES, sides)


def _transfer_row(authority_id: str, transfer: Transfer) -> tuple[object, ...]:
    act = transfer.act
    return (
        authority_id,
        transfer.transfer_id,
        transfer.kind.value,
        transfer.envelope_id,
        transfer.wallet_id,
        transfer.partner_id,
        transfer.category,
        transfer.amount_cents,
        transfer.cancels,
        act.occurred_at,
        act.business_day,
        act.rulebook_hash,
        act.account_id,
        act.device,
        transfer.uses,
        transfer.channel,
    )


def _entry_row(authority_id: str, transfer_id: UUID, entry: Entry) -> tuple[object, ...]:
    balance = entry.balance
    return (
        authority_id,
        transfer_id,
        entry.account_kind.value,
        entry.account_id,
        entry.amount_cents,
        balance.before_cents if balance else None,
        balance.after_cents if balance else None,
        balance.version if balance else None,
    )


def find_debit(work: Work, debit_id: UUID, partner_id: UUID | None = None) -> PastDebit | None:
    """A debit, by card or by voucher, and what was undone of it; of this partner where one is named."""
    cancelling = transfers.alias()
    own = transfers.c.partner_id == partner_id if partner_id else sa.true()
    clawed_back = (
        sa.select(sa.func.coalesce(sa.func.sum(clawbacks.c.amount_cents), 0))
        .where(clawbacks.c.authority_id == transfers.c.authority_id, clawbacks.c.debit_id == transfers.c.transfer_id)
        .scalar_subquery()
    )
    row = work.session.execute(
        sa.select(transfers, cancelling.c.transfer_id.label("cancellation"), clawed_back.label("clawed_back"))
        .outerjoin(
            cancelling,
            (cancelling.c.authority_id == transfers.c.authority_id) & (cancelling.c.cancels == transfers.c.transfer_id),
        )
        .where(
            transfers.c.authority_id == work.authority_id,
            transfers.c.transfer_id == debit_id,
            own,
            transfers.c.kind.in_([kind.value for kind in PAYING]),
        )
    ).first()
    if row is None:
        return None
    return PastDebit(
        row.transfer_id,
        row.wallet_id,
        row.partner_id,
        row.category,
        row.amount_cents,
        row.business_day,
        row.rulebook_hash,
        cancelled=row.cancellation is not None,
        uses=row.uses or 0,
        clawed_back_cents=int(row.clawed_back),
    )
