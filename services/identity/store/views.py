"""Lists that need no rule: straight from the tables, by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from chassis import grants
from chassis.work import Work
from services.identity.domain.enrolments import EnrolmentState, season_before
from services.identity.store.pages import Page, page_of
from services.identity.store.tables import enrolments, establishments, persons

_REBUILD_PAGE = 1_000


def person_versions(work: Work, token: str) -> Page[sa.Row[Any]]:
    """`person_id`, `version` of everyone who has declared a profile."""
    wanted = sa.select(persons.c.person_id, persons.c.version).where(persons.c.authority_id == work.authority_id)
    return page_of(work, wanted, persons.c.person_id, token, _REBUILD_PAGE)


def staff_grants(work: Work, token: str) -> Page[sa.Row[Any]]:
    """Grants that identity owns: `account_id`, `scope`, `roles`, `version`; those without roles too."""
    table = work.tables.grants
    wanted = sa.select(table.c.account_id, table.c.scope, table.c.roles, table.c.version).where(
        table.c.authority_id == work.authority_id, table.c.scope == grants.AUTHORITY_SCOPE
    )
    return page_of(work, wanted, table.c.account_id, token, _REBUILD_PAGE)


def enrolments_of_school(
    work: Work, partner_id: Any, state: EnrolmentState, token: str, season: str = "", *, returning: bool = False
) -> Page[sa.Row[Any]]:
    """Rows of enrolments at one establishment. `returning`: validated there the season before."""
    wanted = sa.select(enrolments).where(
        enrolments.c.authority_id == work.authority_id,
        enrolments.c.partner_id == partner_id,
        enrolments.c.state == state.value,
    )
    if season:
        wanted = wanted.where(enrolments.c.season == season)
    if returning:
        wanted = wanted.where(_validated_there(season_before(season)))
    return page_of(work, wanted, enrolments.c.enrolment_id, token)


def _validated_there(season: str) -> sa.ColumnElement[bool]:
    """Whether the enrolment's person was validated at its establishment in that season."""
    had = enrolments.alias("had")
    return sa.exists().where(
        had.c.authority_id == enrolments.c.authority_id,
        had.c.person_id == enrolments.c.person_id,
        had.c.partner_id == enrolments.c.partner_id,
        had.c.season == season,
        had.c.state == EnrolmentState.VALIDATED.value,
    )


def schools_waiting(work: Work, departments: Sequence[str] | None, token: str, size: int) -> Page[sa.Row[Any]]:
    """`partner_id`, `uai` of establishments where a request waits; of these departments' numbers, if any are given."""
    wanted = sa.select(establishments.c.partner_id, establishments.c.uai).where(
        establishments.c.authority_id == work.authority_id,
        sa.exists().where(
            enrolments.c.authority_id == establishments.c.authority_id,
            enrolments.c.partner_id == establishments.c.partner_id,
            enrolments.c.state == EnrolmentState.REQUESTED.value,
        ),
    )
    if departments is not None:
        wanted = wanted.where(sa.func.left(establishments.c.uai, 3).in_(departments))
    return page_of(work, wanted, establishments.c.partner_id, token, size)


def waiting_by_prefix(work: Work) -> Sequence[sa.Row[Any]]:
    """`prefix` (of the number: its department), `schools`, `waiting`, `oldest_at` of all requests that wait."""
    prefix = sa.func.left(enrolments.c.uai, 3)
    wanted = sa.select(
        prefix.label("prefix"),
        sa.func.count(enrolments.c.partner_id.distinct()).label("schools"),
        sa.func.count().label("waiting"),
        sa.func.min(enrolments.c.requested_at).label("oldest_at"),
    ).where(enrolments.c.authority_id == work.authority_id, enrolments.c.state == EnrolmentState.REQUESTED.value)
    return work.session.execute(wanted.group_by(prefix)).all()


def waiting_ids(work: Work, partner_id: Any, scheme: str, season: str, token: str, size: int) -> Page[sa.Row[Any]]:
    """`enrolment_id` of the requests that wait at one establishment for one scheme and season."""
    wanted = sa.select(enrolments.c.enrolment_id).where(
        enrolments.c.authority_id == work.authority_id,
        enrolments.c.partner_id == partner_id,
        enrolments.c.scheme == scheme,
        enrolments.c.season == season,
        enrolments.c.state == EnrolmentState.REQUESTED.value,
    )
    return page_of(work, wanted, enrolments.c.enrolment_id, token, size)


def known_establishments(work: Work) -> dict[str, tuple[str, str, str, int]]:
    """UAI number, kind, region and version by partner id."""
    rows = work.session.execute(sa.select(establishments).where(establishments.c.authority_id == work.authority_id))
    return {str(row.partner_id): (row.uai, row.kind, row.region, row.version) for row in rows}


def known_delegate_grants(work: Work) -> dict[str, tuple[tuple[str, ...], int]]:
    """Roles and version by account id and scope, of the grants that partner owns."""
    table = work.tables.grants
    rows = work.session.execute(
        sa.select(table).where(
            table.c.authority_id == work.authority_id, table.c.scope.startswith(grants.partner_scope(""))
        )
    )
    return {f"{row.account_id} {row.scope}": (tuple(row.roles), row.version) for row in rows}
