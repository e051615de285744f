"""Reads that need no rule: deliveries as staff and operators see them, without any address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chassis.grants import AUTHORITY_SCOPE
from chassis.work import Work
from services.notification.domain.deliveries import DeliveryState
from services.notification.store.tables import deliveries


@dataclass(frozen=True, slots=True)
class DeliveryCount:
    """How many mails of a template are in a state."""

    template: str
    state: DeliveryState
    count: int


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A mail that was not sent, and why; `recorded_at` is machine time."""

    delivery_id: str
    template: str
    account_id: str
    reason: str
    recorded_at: datetime


def count_deliveries(work: Work) -> tuple[DeliveryCount, ...]:
    rows = work.session.execute(
        sa.select(deliveries.c.template, deliveries.c.state, sa.func.count().label("deliveries"))
        .where(deliveries.c.authority_id == work.authority_id)
        .group_by(deliveries.c.template, deliveries.c.state)
        .order_by(deliveries.c.template, deliveries.c.state)
    )
    return tuple(DeliveryCount(row.template, DeliveryState(row.state), row.deliveries) for row in rows)


def undelivered(work: Work, states: Sequence[DeliveryState]) -> tuple[Undelivered, ...]:
    """Oldest first."""
    rows = work.session.execute(
        sa.select(deliveries)
        .where(deliveries.c.authority_id == work.authority_id, deliveries.c.state.in_([each.value for each in states]))
        .order_by(deliveries.c.recorded_at, deliveries.c.delivery_id)
    )
    return tuple(
        Undelivered(row.delivery_id, row.template, row.account_id, row.reason, row.recorded_at) for row in rows
    )


def grants_known(work: Work) -> dict[str, tuple[tuple[str, ...], int]]:
    """Staff's roles and version, by account."""
    grants = work.tables.grants
    rows = work.session.execute(
        sa.select(grants).where(grants.c.authority_id == work.authority_id, grants.c.scope == AUTHORITY_SCOPE)
    )
    return {row.account_id: (tuple(row.roles), row.version) for row in rows}
