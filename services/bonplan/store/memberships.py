"""Who is a member: a read model of the wallet's memberships."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.bonplan.domain.membership import Membership, MembershipState
from services.bonplan.store.tables import memberships

_FIELDS = tuple(Membership.__dataclass_fields__)


def keep(work: Work, membership: Membership) -> None:
    """Keep the highest version, whatever order they come in."""
    values = {name: getattr(membership, name) for name in _FIELDS} | {"authority_id": work.authority_id}
    statement = insert(memberships).values(values)
    work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["authority_id", "membership_id"],
            set_={name: statement.excluded[name] for name in _FIELDS if name != "membership_id"},
            where=memberships.c.version < statement.excluded.version,
        )
    )


def is_member(work: Work, person_id: str, scheme: str, season: str) -> bool:
    """Whether the person has an active membership of that scheme and season."""
    found = work.session.execute(
        sa.select(memberships.c.membership_id).where(
            memberships.c.authority_id == work.authority_id,
            memberships.c.person_id == person_id,
            memberships.c.scheme == scheme,
            memberships.c.season == season,
            memberships.c.state == MembershipState.ACTIVE,
        )
    )
    return found.first() is not None


def known(work: Work) -> dict[str, Membership]:
    """Every membership of the authority, by id."""
    rows = work.session.execute(
        sa.select(*(memberships.c[name] for name in _FIELDS)).where(memberships.c.authority_id == work.authority_id)
    )
    return {
        row.membership_id: Membership(
            row.membership_id, row.person_id, row.scheme, row.season, MembershipState(row.state), row.version
        )
        for row in rows
    }
