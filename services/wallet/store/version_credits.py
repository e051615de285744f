"""To which members of an earlier version a later one was applied."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.domain.membership import Membership, MembershipState
from services.wallet.store.memberships import membership_of
from services.wallet.store.tables import memberships, version_credits


def lock_members_without(work: Work, rulebook: Rulebook, earlier: Sequence[str], limit: int) -> list[Membership]:
    """Some active memberships that an earlier version decided and this one was not applied to, held, in id order."""
    applied = sa.exists().where(
        version_credits.c.authority_id == memberships.c.authority_id,
        version_credits.c.rulebook_hash == rulebook.hash,
        version_credits.c.membership_id == memberships.c.membership_id,
    )
    rows = work.session.execute(
        sa.select(memberships)
        .where(
            memberships.c.authority_id == work.authority_id,
            memberships.c.scheme == rulebook.scheme,
            memberships.c.season == rulebook.season,
            memberships.c.state == MembershipState.ACTIVE.value,
            memberships.c.rulebook_hash.in_(earlier),
            ~applied,
        )
        .order_by(memberships.c.membership_id)
        .limit(limit)
        .with_for_update()
    )
    return [membership_of(row) for row in rows]


def add(work: Work, rulebook_hash: str, membership_ids: Sequence[UUID]) -> None:
    rows = [
        {"authority_id": work.authority_id, "rulebook_hash": rulebook_hash, "membership_id": membership_id}
        for membership_id in membership_ids
    ]
    if rows:
        work.session.execute(sa.insert(version_credits), rows)
