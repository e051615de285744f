"""Deliveries: added with the fact that they tell, claimed by a sender under a lease, settled once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.clock import machine_now
from chassis.work import Work
from services.notification.domain.deliveries import Delivery, DeliveryState, NewDelivery, Template
from services.notification.store.tables import deliveries


@dataclass(frozen=True, slots=True)
class Lease:
    """A sender's right to some deliveries, for a while (machine time)."""

    lease_id: str
    duration: timedelta


ANY_WAITING = sa.text("SELECT 1 FROM deliveries WHERE state = 'waiting' LIMIT 1")
"""What an idle sender asks all the time."""


def add(work: Work, new: NewDelivery) -> bool:
    """False when this fact was told to this account already."""
    statement = insert(deliveries).values(
        authority_id=work.authority_id,
        delivery_id=str(uuid.uuid4()),
        account_id=new.account_id,
        template=new.template.value,
        event_id=new.event_id,
        subject=new.subject,
        facts=dict(new.facts),
        state=DeliveryState.WAITING.value,
        next_attempt_at=machine_now() + new.template.gathering,
    )
    added = statement.on_conflict_do_nothing().returning(deliveries.c.delivery_id)
    return work.session.execute(added).first() is not None


def gathering(work: Work, template: Template, subject: str) -> Delivery | None:
    """The delivery of this matter that no sender has taken yet, locked; rivals for the matter wait here."""
    line = f"{work.authority_id}/{template}/{subject}"
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))
    row = work.session.execute(
        sa.select(deliveries)
        .where(
            deliveries.c.authority_id == work.authority_id,
            deliveries.c.subject == subject,
            deliveries.c.template == template.value,
            deliveries.c.state == DeliveryState.WAITING.value,
            deliveries.c.lease_id.is_(None),
            deliveries.c.attempts == 0,
        )
        .with_for_update()
    ).first()
    return _delivery(row) if row else None


def set_facts(work: Work, delivery: Delivery, facts: Mapping[str, Any]) -> None:
    work.session.execute(sa.update(deliveries).where(*_is(delivery)).values(facts=dict(facts)))


def claim(session: Session, lease: Lease, most: int) -> list[Delivery]:
    """What is due and free, oldest first, taken under the lease. Rivals take others."""
    now = machine_now()
    due = (
        sa.select(deliveries.c.authority_id, deliveries.c.delivery_id)
        .where(
            deliveries.c.state == DeliveryState.WAITING.value,
            deliveries.c.next_attempt_at <= now,
            sa.or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until < now),
        )
        .order_by(deliveries.c.next_attempt_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = (
        sa.update(deliveries)
        .where(sa.tuple_(deliveries.c.authority_id, deliveries.c.delivery_id).in_(due))
        .values(lease_id=lease.lease_id, lease_until=now + lease.duration)
        .returning(deliveries)
    )
    found = [_delivery(row) for row in session.execute(taken)]
    return sorted(found, key=lambda each: each.recorded_at)


def begin_attempt(session: Session, delivery: Delivery, lease: Lease) -> bool:
    """Count the attempt and renew the lease, right before the server is spoken to.

    False when the lease ran out and another sender has the delivery: it must not be sent here too.
    """
    statement = (
        sa.update(deliveries)
        .where(*_held(delivery, lease))
        .values(attempts=deliveries.c.attempts + 1, lease_until=machine_now() + lease.duration)
        .returning(deliveries.c.attempts)
    )
    return session.execute(statement).first() is not None


def settle(work: Work, delivery: Delivery, lease: Lease, state: DeliveryState, reason: str = "") -> None:
    """Sent, abandoned or failed, at this work's platform time."""
    work.session.execute(
        sa.update(deliveries)
        .where(*_held(delivery, lease))
        .values(state=state.value, reason=reason[:200], settled_at=work.now, lease_id=None, lease_until=None)
    )


def postpone(session: Session, delivery: Delivery, lease: Lease, until: datetime, reason: str) -> None:
    session.execute(
        sa.update(deliveries)
        .where(*_held(delivery, lease))
        .values(next_attempt_at=until, reason=reason[:200], lease_id=None, lease_until=None)
    )


def give_back(session: Session, lease: Lease) -> None:
    """Let others have what is still held under the lease."""
    session.execute(
        sa.update(deliveries).where(deliveries.c.lease_id == lease.lease_id).values(lease_id=None, lease_until=None)
    )


def count_waiting(session: Session) -> int:
    waiting = deliveries.c.state == DeliveryState.WAITING.value
    return session.execute(sa.select(sa.func.count()).select_from(deliveries).where(waiting)).scalar_one()


def replay(work: Work, delivery_ids: Sequence[str] | None) -> int:
    """Have failed deliveries tried again: these, or all of the authority. How many."""
    chosen = [deliveries.c.authority_id == work.authority_id, deliveries.c.state == DeliveryState.FAILED.value]
    if delivery_ids is not None:
        chosen.append(deliveries.c.delivery_id.in_(delivery_ids))
    statement = sa.update(deliveries).where(*chosen).values(
        state=DeliveryState.WAITING.value, reason="", settled_at=None, next_attempt_at=machine_now()
    )  # fmt: skip
    return len(work.session.execute(statement.returning(deliveries.c.delivery_id)).all())


def forget_settled(work: Work, before: datetime) -> int:
    """Remove what was sent or abandoned before that instant of platform time; what failed stays. How many."""
    statement = sa.delete(deliveries).where(
        deliveries.c.authority_id == work.authority_id,
        deliveries.c.settled_at < before,
        deliveries.c.state.in_([DeliveryState.SENT.value, DeliveryState.ABANDONED.value]),
    )
    return len(work.session.execute(statement.returning(deliveries.c.delivery_id)).all())


def _is(delivery: Delivery) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        deliveries.c.authority_id == delivery.authority_id,
        deliveries.c.delivery_id == delivery.delivery_id,
    )


def _held(delivery: Delivery, lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        *_is(delivery),
        deliveries.c.lease_id == lease.lease_id,
        deliveries.c.state == DeliveryState.WAITING.value,
    )


def _delivery(row: Any) -> Delivery:
    return Delivery(
        delivery_id=row.delivery_id,
        authority_id=row.authority_id,
        account_id=row.account_id,
        template=Template(row.template),
        facts=row.facts,
        attempts=row.attempts,
        recorded_at=row.recorded_at,
    )
