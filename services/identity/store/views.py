"""Lists that need no rule: straight from the tables, by page."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from chassis import grants
from chassis.work import Work
from services.identity.domain.enrolments import EnrolmentState
from services.identity.store.pages import Page, page_of
from services.identity.store.tables import enrolments, establishments, persons

_REBUILD_PAGE = 1_000


def person_versions(work: Work, token: str) -> Page[sa.Row[Any]]:
    """`person_id`, `version` of everyone who has declared a profile, and was not erased."""
    wanted = sa.select(persons.c.person_id, persons.c.version).where(
        persons.c.authority_id == work.authority_id, persons.c.profile_sealed != b""
    )
    return page_of(work, wanted, persons.c.person_id, token, _REBUILD_PAGE)


def staff_grants(work: Work, token: str) -> Page[sa.Row[Any]]:
    """Grants that identity owns: `account_id`, `scope`, `roles`, `version`; those without roles too."""
    table = work.tables.grants
    wanted = sa.select(table.c.account_id, table.c.scope, table.c.roles, table.c.version).where(
        table.c.authority_id == work.authority_id, table.c.scope == grants.AUTHORITY_SCOPE
    )
    return page_of(work, wanted, table.c.account_id, token, _REBUILD_PAGE)


def enrolments_of_school(work: Work, partner_id: Any, state: EnrolmentState, token: str) -> Page[sa.Row[Any]]:
    """Rows of enrolments at one establishment."""
    wanted = sa.select(enrolments).where(
        enrolments.c.authority_id == work.authority_id,
        enrolments.c.partner_id == partner_id,
        enrolments.c.state == state.value,
    )
    return page_of(work, wanted, enrolments.c.enrolment_id, token)


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
