"""Payments of membership fees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.payment import Payment, PaymentState
from services.wallet.store.tables import fee_payments


def add(work: Work, payment: Payment) -> None:
    work.session.execute(sa.insert(fee_payments).values(_values(payment) | {"authority_id": work.authority_id}))


def save(work: Work, payment: Payment) -> None:
    work.session.execute(
        sa.update(fee_payments)
        .where(fee_payments.c.authority_id == work.authority_id, fee_payments.c.payment_id == payment.payment_id)
        .values(_values(payment))
    )


def lock(work: Work, payment_id: UUID) -> Payment | None:
    row = work.session.execute(
        sa.select(fee_payments)
        .where(fee_payments.c.authority_id == work.authority_id, fee_payments.c.payment_id == payment_id)
        .with_for_update()
    ).first()
    return _payment(row) if row else None


def _values(payment: Payment) -> dict[str, Any]:
    return {name: getattr(payment, name) for name in Payment.__dataclass_fields__ if name != "state"} | {
        "state": payment.state.value
    }


def _payment(row: Any) -> Payment:
    values = {name: getattr(row, name) for name in Payment.__dataclass_fields__}
    return Payment(**values | {"state": PaymentState(row.state)})
