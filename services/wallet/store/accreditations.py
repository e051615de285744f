"""Read model of what partners may take: the highest version of each accreditation wins."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.wallet.domain.accreditation import Accreditation
from services.wallet.store.tables import accreditations


def keep(work: Work, accreditation: Accreditation) -> None:
    """Keep it unless a later version is known already."""
    statement = insert(accreditations).values(
        authority_id=work.authority_id,
        partner_id=accreditation.partner_id,
        scheme=accreditation.scheme,
        category=accreditation.category,
        granted=accreditation.granted,
        version=accreditation.version,
    )
    work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["authority_id", "partner_id", "scheme", "category"],
            set_={"granted": statement.excluded.granted, "version": statement.excluded.version},
            where=accreditations.c.version < statement.excluded.version,
        )
    )


def granted_to(work: Work, partner_id: UUID) -> frozenset[tuple[str, str]]:
    """(scheme, category) pairs that the partner takes."""
    rows = work.session.execute(
        sa.select(accreditations.c.scheme, accreditations.c.category).where(
            accreditations.c.authority_id == work.authority_id,
            accreditations.c.partner_id == partner_id,
            accreditations.c.granted,
        )
    )
    return frozenset((row.scheme, row.category) for row in rows)


def all_of_authority(work: Work) -> Iterator[Accreditation]:
    rows = work.session.execute(sa.select(accreditations).where(accreditations.c.authority_id == work.authority_id))
    for row in rows:
        yield Accreditation(row.partner_id, row.scheme, row.category, row.granted, row.version)
