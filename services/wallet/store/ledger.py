"""Writes transfers with their entries: the one place where money is recorded, one by one or by the group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from chassis.errors import Operational
from chassis.work import Work
from services.wallet.domain.ledger import PAYING, Entry, Transfer
from services.wallet.domain.wallet import PastDebit
from services.wallet.store import days, many_rows, seals
from services.wallet.store.budget_tables import clawbacks
from services.wallet.store.tables import transfers

TRANSFERS = many_rows.Added(
    "transfers",
    "authority_id text, transfer_id uuid, kind text, envelope_id uuid, wallet_id uuid, partner_id uuid, category text, "
    "amount_cents bigint, cancels uuid, occurred_at timestamptz, business_day date, rulebook_hash text, "
    "account_id text, device text, uses int, channel text, season_no int",
)
ENTRIES = many_rows.Added(
    "entries",
    "authority_id text, transfer_id uuid, account_kind text, account_id uuid, amount_cents bigint, "
    "balance_before_cents bigint, balance_after_cents bigint, account_version bigint, season_no int",
)
_SEASON_NUMBERS = """
SELECT authority_id, envelope_id, s.season_no
FROM unnest(%s::text[], %s::uuid[]) AS w(authority_id, envelope_id)
JOIN envelopes v USING (authority_id, envelope_id) JOIN seasons s USING (authority_id, scheme, season)
"""
_Envelope = tuple[str, UUID]
# An envelope's season and its number never change: each is asked once a process.
_season_numbers: dict[_Envelope, int] = {}


def write(work: Work, written: Sequence[Transfer]) -> None:
    """Append transfers of this work's authority. Raises Operational when their day was sealed meanwhile: the next try
    is on another day."""
    if not written:
        return
    connection, on = work.session.connection(), sorted({transfer.act.business_day for transfer in written})
    days.hold(connection, on)
    if seals.is_sealed(connection, work.authority_id, on):
        raise Operational(f"{on[0]} was sealed meanwhile")
    append(connection, [(work.authority_id, transfer) for transfer in written])


def append(connection: sa.Connection, written: Sequence[tuple[str, Transfer]]) -> None:
    """Append (authority, transfer) pairs, each with its two entries, on days that the caller holds."""
    moved, sides = rows(connection, written)
    many_rows.copy(connection, TRANSFERS.table, TRANSFERS.names, moved)
    many_rows.copy(connection, ENTRIES.table, ENTRIES.names, sides)


def rows(
    connection: sa.Connection, written: Sequence[tuple[str, Transfer]]
) -> tuple[list[many_rows.Row], list[many_rows.Row]]:
    """The rows that `append` adds: of TRANSFERS and of ENTRIES."""
    numbers = _numbers(connection, {(authority_id, transfer.envelope_id) for authority_id, transfer in written})
    moved: list[many_rows.Row] = [
        _transfer_row(authority_id, transfer, numbers[authority_id, transfer.envelope_id])
        for authority_id, transfer in written
    ]
    sides: list[many_rows.Row] = [
        _entry_row(authority_id, transfer.transfer_id, entry, numbers[authority_id, transfer.envelope_id])
        for authority_id, transfer in written
        for entry in transfer.entries
    ]
    return moved, sides


def _numbers(connection: sa.Connection, wanted: set[_Envelope]) -> Mapping[_Envelope, int]:
    """The numbers of the envelopes' seasons: the partition that their rows lie in."""
    unknown = wanted - _season_numbers.keys()
    if unknown:
        rows = many_rows.fetch(connection, _SEASON_NUMBERS, many_rows.columns(unknown))
        _season_numbers.update({(row.authority_id, row.envelope_id): row.season_no for row in rows})
    return _season_numbers


def _transfer_row(authority_id: str, transfer: Transfer, season_no: int) -> tuple[object, ...]:
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
        season_no,
    )


def _entry_row(authority_id: str, transfer_id: UUID, entry: Entry, season_no: int) -> tuple[object, ...]:
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
        season_no,
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
