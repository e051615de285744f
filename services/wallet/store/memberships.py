"""Memberships, and what was credited once in a schooling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from rulebooks import Reason
from services.wallet.domain.membership import (
    WAITING,
    Acceptance,
    FeeState,
    Grant,
    Membership,
    MembershipState,
)
from services.wallet.store.tables import memberships, once_credits

_OPEN = [MembershipState.ACTIVE.value, *(state.value for state in WAITING)]


def add(work: Work, membership: Membership) -> bool:
    """False when the person has one of this season already: two requests race, one wins."""
    statement = (
        insert(memberships)
        .values(_values(membership) | {"authority_id": work.authority_id})
        .on_conflict_do_nothing()
        .returning(memberships.c.membership_id)
    )
    return work.session.execute(statement).first() is not None


def save(work: Work, membership: Membership) -> None:
    work.session.execute(
        sa.update(memberships)
        .where(
            memberships.c.authority_id == work.authority_id,
            memberships.c.membership_id == membership.membership_id,
        )
        .values(_values(membership))
    )


def lock(work: Work, membership_id: UUID) -> Membership | None:
    """The membership, held until the end of the transaction."""
    found = _select(work, memberships.c.membership_id == membership_id, lock=True)
    return found[0] if found else None


def in_season(work: Work, person_id: UUID, scheme: str, season: str) -> Membership | None:
    """The person's membership of a season that is not refused."""
    found = _select(
        work,
        memberships.c.person_id == person_id,
        memberships.c.scheme == scheme,
        memberships.c.season == season,
        memberships.c.state != MembershipState.REFUSED.value,
    )
    return found[0] if found else None


def of_person(work: Work, person_id: UUID) -> list[Membership]:
    return _select(work, memberships.c.person_id == person_id)


def lock_open_of(work: Work, person_id: UUID) -> list[Membership]:
    """Memberships of the person that wait for something or are active, held, in id order."""
    return _select(work, memberships.c.person_id == person_id, memberships.c.state.in_(_OPEN), lock=True)


def lock_unfinished(work: Work, scheme: str, season: str, limit: int) -> list[Membership]:
    """Some memberships of the season that have not ended and are not refused, held, in id order."""
    return _select(
        work,
        memberships.c.scheme == scheme,
        memberships.c.season == season,
        memberships.c.state.in_(_OPEN),
        lock=True,
        limit=limit,
    )


def active_ids(work: Work, person_id: UUID) -> frozenset[UUID]:
    rows = work.session.execute(
        sa.select(memberships.c.membership_id).where(
            memberships.c.authority_id == work.authority_id,
            memberships.c.person_id == person_id,
            memberships.c.state == MembershipState.ACTIVE.value,
        )
    )
    return frozenset(row.membership_id for row in rows)


def claim_once(work: Work, membership: Membership, once_key: str, *, by_exception: bool) -> bool:
    """Take the one credit that a schooling or a life allows. False when the person has had it."""
    row = {
        "authority_id": work.authority_id,
        "person_id": membership.person_id,
        "benefit": once_key,
        "scheme": membership.scheme,
        "season": membership.season,
        "by_exception": by_exception,
    }
    statement = insert(once_credits).values(row).on_conflict_do_nothing()
    return work.session.execute(statement.returning(once_credits.c.benefit)).first() is not None


def benefits_had(work: Work, person_id: UUID, scheme: str, season: str) -> frozenset[str]:
    """Keys of what the person had once in a schooling or a life, this season's own credits left out."""
    rows = work.session.execute(
        sa.select(once_credits.c.benefit).where(
            once_credits.c.authority_id == work.authority_id,
            once_credits.c.person_id == person_id,
            sa.or_(once_credits.c.scheme != scheme, once_credits.c.season != season),
        )
    )
    return frozenset(row.benefit for row in rows)


def _select(
    work: Work, *which: sa.ColumnElement[bool], lock: bool = False, limit: int | None = None
) -> list[Membership]:
    statement = (
        sa.select(memberships)
        .where(memberships.c.authority_id == work.authority_id, *which)
        .order_by(memberships.c.membership_id)
        .limit(limit)
    )
    rows = work.session.execute(statement.with_for_update() if lock else statement)
    return [membership_of(row) for row in rows]


def _values(membership: Membership) -> dict[str, Any]:
    return {
        "membership_id": membership.membership_id,
        "person_id": membership.person_id,
        "scheme": membership.scheme,
        "season": membership.season,
        "state": membership.state.value,
        "requested_on": membership.requested_on,
        "fee_cents": membership.fee_cents,
        "fee_state": membership.fee_state.value,
        "rulebook_hash": membership.rulebook_hash,
        "reasons": _documents(membership.reasons),
        "entitlements": _documents(membership.grants),
        "version": membership.version,
        "charter_version": membership.charter.version if membership.charter else None,
        "charter_accepted_at": membership.charter.at if membership.charter else None,
    }


def _documents(items: Iterable[Reason] | Sequence[Grant]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items]


def membership_of(row: Any) -> Membership:
    return Membership(
        row.membership_id,
        row.person_id,
        row.scheme,
        row.season,
        row.requested_on,
        row.fee_cents,
        FeeState(row.fee_state),
        MembershipState(row.state),
        row.rulebook_hash,
        tuple(Reason(**reason) for reason in row.reasons),
        tuple(_grant(document) for document in row.entitlements),
        row.version,
        Acceptance(row.charter_version, row.charter_accepted_at) if row.charter_version else None,
    )


def _grant(document: dict[str, Any]) -> Grant:
    """Those of before uses, instalments and consents have their defaults."""
    return Grant(**document | {"waits": tuple(document.get("waits", ()))})
