"""Read model of what partners may take: the highest version of each accreditation wins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.wallet.domain.accreditation import Accreditation, Told
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
        activity=accreditation.activity,
        tags=accreditation.tags,
    )
    told = statement.excluded
    work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["authority_id", "partner_id", "scheme", "category"],
            set_={
                "granted": told.granted,
                "version": told.version,
                # A withdrawal does not say what the partner is.
                "activity": sa.func.coalesce(told.activity, accreditations.c.activity),
                "tags": sa.func.coalesce(told.tags, accreditations.c.tags),
            },
            where=sa.or_(
                accreditations.c.version < told.version,
                # A grant of before activities or tags were told, read again from its owner.
                sa.and_(
                    accreditations.c.version == told.version,
                    accreditations.c.granted == told.granted,
                    sa.or_(accreditations.c.activity.is_(None), accreditations.c.tags.is_(None)),
                ),
            ),
        )
    )


def find(work: Work, partner_id: UUID, scheme: str, category: str) -> Accreditation | None:
    row = work.session.execute(
        sa.select(accreditations).where(
            accreditations.c.authority_id == work.authority_id,
            accreditations.c.partner_id == partner_id,
            accreditations.c.scheme == scheme,
            accreditations.c.category == category,
        )
    ).first()
    return _accreditation(row) if row else None


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


def told_of(work: Work, partner_id: UUID) -> dict[tuple[str, str], Told]:
    """What is told of the partner with each category that it takes, by (scheme, category)."""
    rows = work.session.execute(
        sa.select(accreditations).where(
            accreditations.c.authority_id == work.authority_id,
            accreditations.c.partner_id == partner_id,
            accreditations.c.granted,
        )
    )
    return {(row.scheme, row.category): Told(row.activity, row.tags) for row in rows}


def all_of_authority(work: Work) -> Iterator[Accreditation]:
    rows = work.session.execute(sa.select(accreditations).where(accreditations.c.authority_id == work.authority_id))
    for row in rows:
        yield _accreditation(row)


def _accreditation(row: Any) -> Accreditation:
    return Accreditation(row.partner_id, row.scheme, row.category, row.granted, row.version, row.activity, row.tags)
