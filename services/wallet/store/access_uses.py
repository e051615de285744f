"""Uses of rights without cents: recorded, cancelled, counted in their period, listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.access import Place, Use
from services.wallet.store import paging
from services.wallet.store.rights_tables import access_uses

_PLAIN = (
    "use_id",
    "person_id",
    "membership_id",
    "partner_id",
    "scheme",
    "season",
    "benefit",
    "category",
    "occurred_at",
    "business_day",
    "rulebook_hash",
    "account_id",
    "device",
    "channel",
    "cancelled_at",
)


def hold_line(work: Work, person_id: UUID, scheme: str, season: str, benefit: str) -> None:
    """The person's other uses of this right wait for this transaction."""
    line = f"access_uses/{work.authority_id}/{person_id}/{scheme}/{season}/{benefit}"
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))


def taken_places(
    work: Work, person_id: UUID, scheme: str, season: str, benefit: str, period_starts_on: date
) -> frozenset[int]:
    """Those that uses which stand have in the period."""
    rows = work.session.execute(
        sa.select(access_uses.c.place).where(
            access_uses.c.authority_id == work.authority_id,
            access_uses.c.person_id == person_id,
            access_uses.c.scheme == scheme,
            access_uses.c.season == season,
            access_uses.c.benefit == benefit,
            access_uses.c.period_starts_on == period_starts_on,
            access_uses.c.cancelled_at.is_(None),
            access_uses.c.place.is_not(None),
        )
    )
    return frozenset(row.place for row in rows)


def add(work: Work, use: Use) -> None:
    place = use.place
    work.session.execute(
        sa.insert(access_uses).values(
            authority_id=work.authority_id,
            **{name: getattr(use, name) for name in _PLAIN},
            period_starts_on=place.period_starts_on if place else None,
            place=place.number if place else None,
            places=place.limit if place else None,
        )
    )


def lock_at_partner(work: Work, use_id: UUID, partner_id: UUID) -> Use | None:
    """A use that this partner recorded, held."""
    row = work.session.execute(
        sa.select(access_uses)
        .where(
            access_uses.c.authority_id == work.authority_id,
            access_uses.c.use_id == use_id,
            access_uses.c.partner_id == partner_id,
        )
        .with_for_update()
    ).first()
    return _use(row) if row else None


def save_cancelled(work: Work, use: Use) -> None:
    work.session.execute(
        sa.update(access_uses)
        .where(access_uses.c.authority_id == work.authority_id, access_uses.c.use_id == use.use_id)
        .values(cancelled_at=use.cancelled_at)
    )


def of_person(work: Work, person_id: UUID, page_token: str) -> tuple[Sequence[Use], str]:
    """The person's uses, latest first."""
    return _page(work, [access_uses.c.person_id == person_id], page_token)


def of_partner(
    work: Work, partner_id: UUID, from_day: date | None, to_day: date | None, page_token: str
) -> tuple[Sequence[Use], str]:
    """The uses that a partner recorded, latest first; both days are included."""
    which = [access_uses.c.partner_id == partner_id]
    which += [access_uses.c.business_day >= from_day] if from_day else []
    which += [access_uses.c.business_day <= to_day] if to_day else []
    return _page(work, which, page_token)


def _page(work: Work, which: list[sa.ColumnElement[bool]], page_token: str) -> tuple[Sequence[Use], str]:
    after = paging.key_of(page_token, 2)
    if after:
        last = sa.tuple_(sa.literal(paging.instant(after[0])), sa.literal(paging.identifier(after[1])))
        which = [*which, sa.tuple_(access_uses.c.occurred_at, access_uses.c.use_id) < last]
    rows = work.session.execute(
        sa.select(access_uses)
        .where(access_uses.c.authority_id == work.authority_id, *which)
        .order_by(access_uses.c.occurred_at.desc(), access_uses.c.use_id.desc())
        .limit(paging.PAGE_SIZE + 1)
    )
    return paging.cut([_use(row) for row in rows], lambda use: (use.occurred_at.isoformat(), str(use.use_id)))


def _use(row: Any) -> Use:
    place = None if row.place is None else Place(row.period_starts_on, row.place, row.places)
    return Use(**{name: getattr(row, name) for name in _PLAIN}, place=place)
