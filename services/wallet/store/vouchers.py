"""Vouchers. Whoever moves one holds its wallet's row first: that row alone decides between rivals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.work import Work
from services.wallet.domain.voucher import Voucher, VoucherState
from services.wallet.store import paging
from services.wallet.store.tables import vouchers

_KEPT = tuple(Voucher.__dataclass_fields__)
_OPEN = vouchers.c.state == VoucherState.OPEN.value


def add(work: Work, cipher: Cipher, voucher: Voucher, code: str) -> None:
    """A new voucher under its plain code, which is kept sealed for its holder and hashed for the till."""
    sealed = cipher.seal_text(code, _bound_to(work, voucher.voucher_id))
    row = _values(voucher) | {"code_hash": _hash(work, cipher, code), "sealed_code": sealed}
    work.session.execute(sa.insert(vouchers).values(row | {"authority_id": work.authority_id}))


def save(work: Work, voucher: Voucher) -> None:
    work.session.execute(
        sa.update(vouchers)
        .where(vouchers.c.authority_id == work.authority_id, vouchers.c.voucher_id == voucher.voucher_id)
        .values(_values(voucher))
    )


def save_released(work: Work, voucher_ids: Sequence[UUID]) -> None:
    work.session.execute(
        sa.update(vouchers)
        .where(vouchers.c.authority_id == work.authority_id, vouchers.c.voucher_id.in_(voucher_ids))
        .values(state=VoucherState.RELEASED.value)
    )


def find(work: Work, voucher_id: UUID) -> Voucher | None:
    found = _select(work, vouchers.c.voucher_id == voucher_id)
    return found[0] if found else None


def find_by_code(work: Work, cipher: Cipher, code: str) -> Voucher | None:
    """By its plain code."""
    found = _select(work, vouchers.c.code_hash == _hash(work, cipher, code))
    return found[0] if found else None


def open_of_wallets(work: Work, wallet_ids: Sequence[UUID]) -> list[Voucher]:
    return _select(work, vouchers.c.wallet_id.in_(wallet_ids), _OPEN)


def open_of_partner(work: Work, partner_id: UUID, scheme: str, category: str) -> list[Voucher]:
    return _select(
        work,
        vouchers.c.partner_id == partner_id,
        vouchers.c.scheme == scheme,
        vouchers.c.category == category,
        _OPEN,
    )


def codes_of(work: Work, cipher: Cipher, voucher_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The plain codes, for their holder."""
    rows = work.session.execute(
        sa.select(vouchers.c.voucher_id, vouchers.c.sealed_code).where(
            vouchers.c.authority_id == work.authority_id, vouchers.c.voucher_id.in_(voucher_ids)
        )
    )
    return {row.voucher_id: cipher.open_text(row.sealed_code, _bound_to(work, row.voucher_id)) for row in rows}


def reserved_of(work: Work, person_id: UUID) -> dict[UUID, int]:
    """Cents in open vouchers, by wallet of this person."""
    rows = work.session.execute(
        sa.select(vouchers.c.wallet_id, sa.func.sum(vouchers.c.amount_cents).label("cents"))
        .where(vouchers.c.authority_id == work.authority_id, vouchers.c.person_id == person_id, _OPEN)
        .group_by(vouchers.c.wallet_id)
    )
    return {row.wallet_id: int(row.cents) for row in rows}


def page_of_person(work: Work, person_id: UUID, page_token: str) -> tuple[Sequence[Voucher], str]:
    """The person's vouchers, latest first."""
    which = [vouchers.c.authority_id == work.authority_id, vouchers.c.person_id == person_id]
    after = paging.key_of(page_token, 2)
    if after:
        last = sa.tuple_(sa.literal(paging.instant(after[0])), sa.literal(paging.identifier(after[1])))
        which.append(sa.tuple_(vouchers.c.created_at, vouchers.c.voucher_id) < last)
    rows = work.session.execute(
        sa.select(vouchers)
        .where(*which)
        .order_by(vouchers.c.created_at.desc(), vouchers.c.voucher_id.desc())
        .limit(paging.PAGE_SIZE + 1)
    )
    found = [_voucher(row) for row in rows]
    return paging.cut(found, lambda voucher: (voucher.created_at.isoformat(), str(voucher.voucher_id)))


def _select(work: Work, *which: sa.ColumnElement[bool]) -> list[Voucher]:
    rows = work.session.execute(
        sa.select(vouchers).where(vouchers.c.authority_id == work.authority_id, *which).order_by(vouchers.c.voucher_id)
    )
    return [_voucher(row) for row in rows]


def _hash(work: Work, cipher: Cipher, code: str) -> bytes:
    return cipher.look_up_hash(f"vouchers/{work.authority_id}/{code}")


def _bound_to(work: Work, voucher_id: UUID) -> str:
    return f"vouchers/{work.authority_id}/{voucher_id}"


def _values(voucher: Voucher) -> dict[str, Any]:
    return {name: getattr(voucher, name) for name in _KEPT} | {"state": voucher.state.value}


def _voucher(row: Any) -> Voucher:
    return Voucher(**{name: getattr(row, name) for name in _KEPT} | {"state": VoucherState(row.state)})
