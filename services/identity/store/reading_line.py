"""The readers' line: pending checks of all authorities, each leased to one reader at a time.

A lease is machine time: a reader that is killed lets go of its check when the lease ends.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity.domain.card_checks import CheckState, Lease
from services.identity.store.tables import card_checks

ANY_PENDING = sa.text("SELECT 1 FROM card_checks WHERE state = 'pending' LIMIT 1")
"""What an idle reader asks four times a second."""


def lease_next(session: Session, at: datetime, life: timedelta) -> Lease | None:
    """Lease the first check that no reader holds; rivals skip it without waiting."""
    free = sa.or_(card_checks.c.leased_until.is_(None), card_checks.c.leased_until <= at)
    row = session.execute(
        sa.select(card_checks.c.authority_id, card_checks.c.check_id)
        .where(card_checks.c.state == CheckState.PENDING.value, free)
        .order_by(card_checks.c.ordinal)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    lease = Lease(row.authority_id, str(row.check_id), str(uuid.uuid4()))
    session.execute(
        sa.update(card_checks)
        .where(card_checks.c.authority_id == row.authority_id, card_checks.c.check_id == row.check_id)
        .values(lease_id=uuid.UUID(lease.lease_id), leased_until=at + life, attempts=card_checks.c.attempts + 1)
    )
    return lease


def count_waiting(session: Session) -> int:
    """Checks that no reader has decided yet."""
    waiting = card_checks.c.state == CheckState.PENDING.value
    return session.execute(sa.select(sa.func.count()).select_from(card_checks).where(waiting)).scalar_one()
