"""Suspensions as rows; the reason is sealed, for it may say what somebody did."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.work import Work
from services.wallet.domain.suspension import Bar, Letters, Suspension
from services.wallet.store import paging
from services.wallet.store.among import among
from services.wallet.store.budget_tables import suspensions
from services.wallet.store.tables import memberships, wallets


@dataclass(frozen=True, slots=True)
class Suspended:
    """A suspension, and whose it is."""

    suspension: Suspension
    person_id: UUID
    scheme: str
    season: str


def add(work: Work, cipher: Cipher, suspension: Suspension) -> None:
    row = {
        "authority_id": work.authority_id,
        "suspension_id": suspension.suspension_id,
        "membership_id": suspension.membership_id,
        "benefits": sorted(suspension.bar.benefits),
        "until": suspension.bar.until,
        "reason_sealed": cipher.seal_text(suspension.reason, _bound_to(work, suspension.suspension_id)),
        "imposed_by": suspension.imposed_by,
        "imposed_at": suspension.imposed_at,
        "notified_on": suspension.letters.notified_on,
    }
    work.session.execute(sa.insert(suspensions), row)


def save(work: Work, suspension: Suspension) -> None:
    """The letters' days, and who lifted it."""
    letters = suspension.letters
    work.session.execute(
        sa.update(suspensions)
        .where(
            suspensions.c.authority_id == work.authority_id,
            suspensions.c.suspension_id == suspension.suspension_id,
        )
        .values(
            notified_on=letters.notified_on,
            appealed_on=letters.appealed_on,
            answered_on=letters.answered_on,
            lifted_at=suspension.lifted_at,
            lifted_by=suspension.lifted_by,
            lifted_recorded_at=sa.func.coalesce(suspensions.c.lifted_recorded_at, sa.func.clock_timestamp())
            if suspension.lifted_at
            else None,
        )
    )


def forget_reason(work: Work, cipher: Cipher, suspension_id: UUID) -> None:
    """Of a person who is erased: nothing is in its place."""
    work.session.execute(
        sa.update(suspensions)
        .where(suspensions.c.authority_id == work.authority_id, suspensions.c.suspension_id == suspension_id)
        .values(reason_sealed=cipher.seal_text("", _bound_to(work, suspension_id)))
    )


def lock(work: Work, cipher: Cipher, suspension_id: UUID) -> Suspension | None:
    """The suspension, held."""
    of_one = _of(work, suspensions.c.suspension_id == suspension_id).with_for_update(of=suspensions)
    row = work.session.execute(of_one).first()
    return _suspended(work, cipher, row).suspension if row else None


def of_person(work: Work, cipher: Cipher, person_id: UUID) -> list[Suspended]:
    """All of a person's, latest first, lifted ones and past ones too."""
    rows = work.session.execute(
        _of(work, memberships.c.person_id == person_id).order_by(suspensions.c.imposed_at.desc())
    )
    return [_suspended(work, cipher, row) for row in rows]


def page(work: Work, cipher: Cipher, *, biting: bool, page_token: str) -> tuple[Sequence[Suspended], str]:
    """Those that bite today, or all."""
    which = [suspensions.c.lifted_at.is_(None), suspensions.c.until >= work.today] if biting else []
    after = paging.key_of(page_token, 1)
    if after:
        which.append(suspensions.c.suspension_id > paging.identifier(after[0]))
    statement = _of(work, *which).order_by(suspensions.c.suspension_id).limit(paging.PAGE_SIZE + 1)
    found = [_suspended(work, cipher, row) for row in work.session.execute(statement)]
    return paging.cut(found, lambda each: (str(each.suspension.suspension_id),))


def bars_of(work: Work, membership_ids: Collection[UUID]) -> dict[UUID, list[Bar]]:
    """What may not be used, by membership, of those not lifted; the day is the caller's to look at."""
    rows = work.session.execute(
        sa.select(suspensions.c.membership_id, suspensions.c.benefits, suspensions.c.until).where(
            suspensions.c.authority_id == work.authority_id,
            among(suspensions.c.membership_id, membership_ids),
            suspensions.c.lifted_at.is_(None),
        )
    )
    found: dict[UUID, list[Bar]] = {}
    for row in rows:
        found.setdefault(row.membership_id, []).append(Bar(frozenset(row.benefits), row.until))
    return found


def bars_of_wallet(work: Work, wallet_id: UUID) -> list[Bar]:
    """The same, of one wallet's membership."""
    membership_id = work.session.execute(
        sa.select(wallets.c.membership_id).where(
            wallets.c.authority_id == work.authority_id, wallets.c.wallet_id == wallet_id
        )
    ).scalar_one()
    return bars_of(work, [membership_id]).get(membership_id, [])


def _of(work: Work, *which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(suspensions, memberships.c.person_id, memberships.c.scheme, memberships.c.season)
        .join(
            memberships,
            (memberships.c.authority_id == suspensions.c.authority_id)
            & (memberships.c.membership_id == suspensions.c.membership_id),
        )
        .where(suspensions.c.authority_id == work.authority_id, *which)
    )


def _suspended(work: Work, cipher: Cipher, row: Any) -> Suspended:
    suspension = Suspension(
        row.suspension_id,
        row.membership_id,
        Bar(frozenset(row.benefits), row.until),
        cipher.open_text(row.reason_sealed, _bound_to(work, row.suspension_id)),
        row.imposed_by,
        row.imposed_at,
        Letters(row.notified_on, row.appealed_on, row.answered_on),
        row.lifted_at,
        row.lifted_by,
    )
    return Suspended(suspension, row.person_id, row.scheme, row.season)


def _bound_to(work: Work, suspension_id: UUID) -> str:
    return f"suspensions/{work.authority_id}/{suspension_id}"
