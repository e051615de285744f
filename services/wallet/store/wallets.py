"""Wallets: read, locked in id order, and saved after a movement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.wallet import Wallet
from services.wallet.store import many_rows
from services.wallet.store.among import among
from services.wallet.store.tables import vouchers, wallets

SAVE = """
UPDATE wallets SET balance_cents = moved.balance_cents, version = moved.version, uses_left = moved.uses_left
FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::bigint[], %s::int[])
  AS moved(authority_id, wallet_id, balance_cents, version, uses_left)
WHERE wallets.authority_id = moved.authority_id AND wallets.wallet_id = moved.wallet_id
"""


_ADDED = tuple(Wallet.__dataclass_fields__)


def add(work: Work, new: Sequence[Wallet]) -> None:
    """New wallets, with what was credited to each."""
    rows = [(work.authority_id, *(getattr(wallet, name) for name in _ADDED)) for wallet in new]
    many_rows.copy(work.session.connection(), "wallets", ", ".join(("authority_id", *_ADDED)), rows)


def lock(work: Work, wallet_id: UUID) -> Wallet:
    """The wallet, held until the end of the transaction."""
    return lock_all(work, wallets.c.wallet_id == wallet_id)[0]


def lock_of_person(work: Work, person_id: UUID, scheme: str, season: str, benefit: str) -> Wallet | None:
    """The person's wallet of a benefit, held."""
    found = lock_all(
        work,
        sa.and_(
            wallets.c.person_id == person_id,
            wallets.c.scheme == scheme,
            wallets.c.season == season,
            wallets.c.benefit == benefit,
        ),
    )
    return found[0] if found else None


def lock_some(work: Work, wallet_ids: Sequence[UUID]) -> list[Wallet]:
    """These wallets, held, in id order."""
    return lock_all(work, among(wallets.c.wallet_id, wallet_ids))


def lock_of_memberships(work: Work, membership_ids: Sequence[UUID]) -> list[Wallet]:
    """The wallets of these memberships, held, in id order."""
    return lock_all(work, among(wallets.c.membership_id, membership_ids))


def lock_over(work: Work, scheme: str, season: str, limit: int) -> list[Wallet]:
    """Some wallets of the season whose last day is over and that still hold something, held, in id order."""
    reserved = sa.exists().where(
        vouchers.c.authority_id == wallets.c.authority_id,
        vouchers.c.wallet_id == wallets.c.wallet_id,
        vouchers.c.state == "open",
    )
    over = sa.and_(
        wallets.c.scheme == scheme,
        wallets.c.season == season,
        wallets.c.closes_on < work.today,
        sa.or_(wallets.c.balance_cents > 0, reserved),
    )
    return lock_all(work, over, limit)


def lock_all(work: Work, which: sa.ColumnElement[bool], limit: int | None = None) -> list[Wallet]:
    rows = work.session.execute(
        sa.select(wallets)
        .where(wallets.c.authority_id == work.authority_id, which)
        .order_by(wallets.c.wallet_id)
        .limit(limit)
        .with_for_update(of=wallets)
    )
    return [wallet_of(row) for row in rows]


def find(work: Work, wallet_id: UUID) -> Wallet | None:
    """The wallet, which nobody holds."""
    row = work.session.execute(
        sa.select(wallets).where(wallets.c.authority_id == work.authority_id, wallets.c.wallet_id == wallet_id)
    ).first()
    return wallet_of(row) if row else None


def save_credit(work: Work, wallet: Wallet) -> None:
    """A wallet that is held, after more was credited to it."""
    work.session.execute(
        sa.update(wallets)
        .where(wallets.c.authority_id == work.authority_id, wallets.c.wallet_id == wallet.wallet_id)
        .values(
            credited_cents=wallet.credited_cents,
            balance_cents=wallet.balance_cents,
            uses_left=wallet.uses_left,
            version=wallet.version,
        )
    )


def save(work: Work, moved: Sequence[Wallet]) -> None:
    save_balances(work.session.connection(), [(work.authority_id, wallet) for wallet in moved])


def save_balances(connection: sa.Connection, moved: Sequence[tuple[str, Wallet]]) -> None:
    """Save balance, uses left and version of (authority, wallet) pairs that are locked."""
    if moved:
        many_rows.run(connection, SAVE, balances(moved))


def balances(moved: Sequence[tuple[str, Wallet]]) -> list[str]:
    """What SAVE takes."""
    rows = [(authority_id, w.wallet_id, w.balance_cents, w.version, w.uses_left) for authority_id, w in moved]
    return many_rows.columns(rows) if rows else ["{}"] * 5


def spendable_of(work: Work, person_id: UUID) -> list[Wallet]:
    """The person's wallets that hold something and have a use left; windows and accreditations are not looked at."""
    rows = work.session.execute(
        sa.select(wallets)
        .where(
            wallets.c.authority_id == work.authority_id,
            wallets.c.person_id == person_id,
            wallets.c.balance_cents > 0,
            sa.or_(wallets.c.uses_left.is_(None), wallets.c.uses_left > 0),
        )
        .order_by(wallets.c.scheme, wallets.c.season, wallets.c.benefit)
    )
    return [wallet_of(row) for row in rows]


def wallet_of(row: Any) -> Wallet:
    return Wallet(
        row.wallet_id,
        row.person_id,
        row.membership_id,
        row.envelope_id,
        row.scheme,
        row.season,
        row.benefit,
        row.category,
        row.opens_on,
        row.closes_on,
        row.credited_cents,
        row.balance_cents,
        row.version,
        row.uses_left,
    )
