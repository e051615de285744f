"""Long lists for operators: streamed, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from chassis.work import Work
from services.bonplan.store.draws import KeptDraw, draw_of
from services.bonplan.store.tables import draws, offers, registrations

_STREAMED = 20  # a draw may hold 100,000 ids


def grants_known(work: Work, scope_prefix: str) -> dict[tuple[str, str], tuple[tuple[str, ...], int]]:
    """Roles and version by account and scope."""
    grants = work.tables.grants
    rows = work.session.execute(
        sa.select(grants).where(grants.c.authority_id == work.authority_id, grants.c.scope.startswith(scope_prefix))
    )
    return {(row.account_id, row.scope): (tuple(sorted(row.roles)), row.version) for row in rows}


def kept_draws(work: Work) -> Iterator[tuple[KeptDraw, str, int]]:
    """Every draw, with its offer's commitment and places."""
    rows = work.session.execute(
        sa.select(draws, offers.c.seed_commitment, offers.c.places)
        .join(offers, (offers.c.authority_id == draws.c.authority_id) & (offers.c.offer_id == draws.c.offer_id))
        .where(draws.c.authority_id == work.authority_id)
        .order_by(draws.c.offer_id),
        execution_options={"yield_per": _STREAMED},
    )
    for row in rows:
        yield draw_of(row), row.seed_commitment, row.places


def sealed_seeds(work: Work) -> Iterator[tuple[str, bytes, str]]:
    """Offer, sealed seed and commitment of every draw that was published."""
    rows = work.session.execute(
        sa.select(offers.c.offer_id, offers.c.sealed_seed, offers.c.seed_commitment)
        .where(offers.c.authority_id == work.authority_id, offers.c.sealed_seed.is_not(None))
        .order_by(offers.c.offer_id),
        execution_options={"yield_per": 1_000},
    )
    for row in rows:
        yield row.offer_id, row.sealed_seed, row.seed_commitment


def live_registrations(work: Work, offer_id: str) -> dict[str, str]:
    """State by registration, of those that were not withdrawn."""
    rows = work.session.execute(
        sa.select(registrations.c.registration_id, registrations.c.state).where(
            registrations.c.authority_id == work.authority_id,
            registrations.c.offer_id == offer_id,
            registrations.c.state != "withdrawn",
        )
    )
    return {row.registration_id: row.state for row in rows}
