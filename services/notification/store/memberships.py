"""Memberships as the wallet told them, and the lines in which a person's changes wait for each other."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.notification.domain.memberships import Membership, MembershipState
from services.notification.store.tables import memberships


def lock_person(work: Work, person_id: str) -> None:
    """A link and a membership that come at the same moment must see each other: one waits for the other."""
    line = f"{work.authority_id}/person/{person_id}"
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))


def keep(work: Work, membership: Membership) -> bool:
    """False when this version, or a later one, is known already."""
    statement = insert(memberships).values(
        authority_id=work.authority_id,
        membership_id=membership.membership_id,
        person_id=membership.person_id,
        scheme=membership.scheme,
        season=membership.season,
        state=membership.state.value,
        version=membership.version,
    )
    upsert = statement.on_conflict_do_update(
        index_elements=["authority_id", "membership_id"],
        set_={"state": statement.excluded.state, "version": statement.excluded.version},
        where=memberships.c.version < statement.excluded.version,
    )
    return work.session.execute(upsert.returning(memberships.c.version)).first() is not None


def of_person(work: Work, person_id: str, schemes: Iterable[str]) -> tuple[Membership, ...]:
    rows = work.session.execute(
        sa.select(memberships)
        .where(
            memberships.c.authority_id == work.authority_id,
            memberships.c.person_id == person_id,
            memberships.c.scheme.in_(list(schemes)),
        )
        .order_by(memberships.c.season, memberships.c.scheme, memberships.c.membership_id)
    )
    return tuple(_membership(row) for row in rows)


def known(work: Work) -> dict[str, Membership]:
    """Every membership of the authority, by id."""
    rows = work.session.execute(sa.select(memberships).where(memberships.c.authority_id == work.authority_id))
    return {row.membership_id: _membership(row) for row in rows}


def _membership(row: sa.Row[tuple[object, ...]]) -> Membership:
    return Membership(row.membership_id, row.person_id, row.scheme, row.season, MembershipState(row.state), row.version)
