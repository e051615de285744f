"""Reads that need no rule: straight to SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from chassis.work import Work
from services.partner.domain.accreditation import Accreditation, State
from services.partner.domain.declarations import ACTIVITY, tags
from services.partner.domain.proofs import PayoutProof, ProofState
from services.partner.domain.texts import folded
from services.partner.store import pages
from services.partner.store.accreditations import accreditation_of
from services.partner.store.proofs import proof_of
from services.partner.store.tables import accreditations, establishments, partners, payout_proofs


@dataclass(frozen=True, slots=True)
class Published:
    """An accreditation as other services keep it; `activity` is the partner's own word, or "", `tags` its lists."""

    accreditation: Accreditation
    activity: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A partner as the directory shows it; `categories` are those it may take now."""

    partner_id: str
    public_name: str
    street: str
    postal_code: str
    city: str
    categories: tuple[str, ...]


def directory(work: Work, category: str, city: str, page_token: str) -> tuple[list[Listed], str]:
    """Accredited partners by name; "" for any category or city. Cities are compared without case or accents."""
    conditions = [accreditations.c.category == category] if category else []
    places = [partners.c.city_folded == folded(city)] if city else []
    query = sa.select(partners, _categories().label("categories")).where(
        partners.c.authority_id == work.authority_id, _granted(*conditions).exists(), *places
    )
    rows, token = pages.read(work, query, [partners.c.name_folded, partners.c.partner_id], page_token)
    return [_listed(row) for row in rows], token


def applications(work: Work, state: State, page_token: str) -> tuple[list[Accreditation], str]:
    """Applications in one state, the oldest first: whoever waits longest is decided next."""
    query = sa.select(accreditations).where(
        accreditations.c.authority_id == work.authority_id, accreditations.c.state == state
    )
    key = [accreditations.c.applied_at, accreditations.c.accreditation_id]
    rows, token = pages.read(work, query, key, page_token)
    return [accreditation_of(row) for row in rows], token


def published_accreditations(work: Work, page_token: str) -> tuple[list[Published], str]:
    """What other services were told: granted, and withdrawn since."""
    is_partners = (partners.c.authority_id == accreditations.c.authority_id) & (
        partners.c.partner_id == accreditations.c.partner_id
    )
    query = (
        sa.select(accreditations, partners.c.declarations)
        .join(partners, is_partners)
        .where(
            accreditations.c.authority_id == work.authority_id,
            accreditations.c.state.in_([State.GRANTED, State.WITHDRAWN]),
        )
    )
    rows, token = pages.read(work, query, [accreditations.c.accreditation_id], page_token)
    return [_published(row) for row in rows], token


def registered_establishments(work: Work, page_token: str) -> tuple[list[Any], str]:
    query = sa.select(establishments).where(establishments.c.authority_id == work.authority_id)
    return pages.read(work, query, [establishments.c.partner_id], page_token)


def delegates_grants(work: Work, page_token: str) -> tuple[list[Any], str]:
    """Every grant that this service owns, those that are gone included."""
    grants = work.tables.grants
    query = sa.select(grants).where(
        grants.c.authority_id == work.authority_id, grants.c.scope.startswith("partner:", autoescape=True)
    )
    return pages.read(work, query, [grants.c.scope, grants.c.account_id], page_token)


def staff_grants(work: Work) -> list[Any]:
    """This service's read model of the grants that identity owns, gone ones included."""
    grants = work.tables.grants
    query = sa.select(grants).where(grants.c.authority_id == work.authority_id, grants.c.scope.not_like("partner:%"))
    return list(work.session.execute(query.order_by(grants.c.scope, grants.c.account_id)))


def payout_proofs_in(work: Work, state: ProofState, page_token: str) -> tuple[list[tuple[PayoutProof, str]], str]:
    """Proofs in one state beside their partner's public name, the oldest first."""
    is_partners = (partners.c.authority_id == payout_proofs.c.authority_id) & (
        partners.c.partner_id == payout_proofs.c.partner_id
    )
    query = (
        sa.select(payout_proofs, partners.c.public_name)
        .join(partners, is_partners)
        .where(payout_proofs.c.authority_id == work.authority_id, payout_proofs.c.state == state)
    )
    key = [
        payout_proofs.c.changed_at,
        payout_proofs.c.partner_id,
        payout_proofs.c.scheme,
        payout_proofs.c.season,
        payout_proofs.c.hold_code,
    ]
    rows, token = pages.read(work, query, key, page_token)
    return [(proof_of(row), row.public_name) for row in rows], token


def _published(row: Any) -> Published:
    activity = str(row.declarations.get(ACTIVITY, ""))
    return Published(accreditation_of(row), activity, tags(row.declarations))


def _granted(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Granted accreditations of the partner of the outer query."""
    return sa.select(accreditations.c.accreditation_id).where(
        accreditations.c.authority_id == partners.c.authority_id,
        accreditations.c.partner_id == partners.c.partner_id,
        accreditations.c.state == State.GRANTED,
        *conditions,
    )


def _categories() -> sa.ScalarSelect[Any]:
    distinct = sa.distinct(accreditations.c.category)
    return _granted().with_only_columns(sa.func.array_agg(distinct)).scalar_subquery()


def _listed(row: Any) -> Listed:
    return Listed(row.partner_id, row.public_name, row.street, row.postal_code, row.city, tuple(sorted(row.categories)))
