"""Membership events on their way to other authorities: written with what made them true, published in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.clock import machine_now
from chassis.work import Work
from services.notification.domain.memberships import Link, Membership, MembershipState, OutwardEvent
from services.notification.store.tables import outward

Recipient = tuple[str, str]
ANY_UNPUBLISHED = sa.text("SELECT 1 FROM outward WHERE published_at IS NULL LIMIT 1")


def add(work: Work, link: Link, membership: Membership) -> None:
    """Each state of a membership is told once a link."""
    statement = insert(outward).values(
        authority_id=work.authority_id,
        subscriber_id=link.subscriber_id,
        pairwise_id=link.pairwise_id,
        membership_id=membership.membership_id,
        scheme=membership.scheme,
        season=membership.season,
        state=membership.state.value,
        occurred_at=work.now,
    )
    work.session.execute(statement.on_conflict_do_nothing())


def recipients(session: Session) -> list[Recipient]:
    """Authority and subscriber of each for whom something waits."""
    rows = session.execute(
        sa.select(outward.c.authority_id, outward.c.subscriber_id).where(outward.c.published_at.is_(None)).distinct()
    )
    return sorted((row.authority_id, row.subscriber_id) for row in rows)


def unpublished(session: Session, recipient: Recipient, most: int) -> list[OutwardEvent]:
    authority_id, subscriber_id = recipient
    rows = session.execute(
        sa.select(outward)
        .where(
            outward.c.authority_id == authority_id,
            outward.c.subscriber_id == subscriber_id,
            outward.c.published_at.is_(None),
        )
        .order_by(outward.c.outward_id)
        .limit(most)
    )
    return [_event(row) for row in rows]


def mark_published(session: Session, events: Sequence[OutwardEvent]) -> None:
    session.execute(
        sa.update(outward)
        .where(outward.c.outward_id.in_([event.outward_id for event in events]))
        .values(published_at=machine_now())
    )


def _event(row: Any) -> OutwardEvent:
    return OutwardEvent(
        row.outward_id, row.authority_id, row.subscriber_id, row.pairwise_id, row.scheme, row.season,
        MembershipState(row.state), row.occurred_at,
    )  # fmt: skip
