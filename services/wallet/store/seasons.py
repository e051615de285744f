"""Open seasons and the budget's envelopes."""

from __future__ import annotations

import uuid
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.wallet.domain.envelope import Envelope
from services.wallet.store.tables import envelopes, seasons


def open_season(work: Work, scheme: str, season: str, rulebook_hash: str) -> bool:
    """True when this call opened it."""
    row = {
        "authority_id": work.authority_id,
        "scheme": scheme,
        "season": season,
        "rulebook_hash": rulebook_hash,
        "opened_at": work.now,
    }
    opened = insert(seasons).values(row).on_conflict_do_nothing().returning(seasons.c.season)
    return work.session.execute(opened).first() is not None


def hash_in_force(work: Work, scheme: str, season: str) -> str | None:
    """The rulebook in force, or None where the season is not open."""
    return work.session.execute(
        sa.select(seasons.c.rulebook_hash).where(
            seasons.c.authority_id == work.authority_id,
            seasons.c.scheme == scheme,
            seasons.c.season == season,
        )
    ).scalar_one_or_none()


def open_hashes(work: Work) -> dict[tuple[str, str], str]:
    """Hash in force by (scheme, season)."""
    rows = work.session.execute(
        sa.select(seasons.c.scheme, seasons.c.season, seasons.c.rulebook_hash).where(
            seasons.c.authority_id == work.authority_id
        )
    )
    return {(row.scheme, row.season): row.rulebook_hash for row in rows}


def add_envelope(work: Work, scheme: str, season: str, benefit: str) -> None:
    row = {
        "authority_id": work.authority_id,
        "envelope_id": uuid.uuid4(),
        "scheme": scheme,
        "season": season,
        "benefit": benefit,
        "voted_cents": 0,
        "unallocated_cents": 0,
        "version": 0,
    }
    work.session.execute(insert(envelopes).values(row).on_conflict_do_nothing())


def lock_envelopes(work: Work, scheme: str, season: str, benefits: list[str]) -> dict[str, Envelope]:
    """Envelopes by benefit, locked in the order of their names until the end of the transaction."""
    rows = work.session.execute(
        sa.select(envelopes)
        .where(
            envelopes.c.authority_id == work.authority_id,
            envelopes.c.scheme == scheme,
            envelopes.c.season == season,
            envelopes.c.benefit.in_(benefits),
        )
        .order_by(envelopes.c.benefit)
        .with_for_update()
    )
    return {row.benefit: _envelope(row) for row in rows}


def save_envelope(work: Work, envelope: Envelope) -> None:
    work.session.execute(
        sa.update(envelopes)
        .where(envelopes.c.authority_id == work.authority_id, envelopes.c.envelope_id == envelope.envelope_id)
        .values(
            voted_cents=envelope.voted_cents,
            unallocated_cents=envelope.unallocated_cents,
            version=envelope.version,
            announced_percent=envelope.announced_percent,
        )
    )


def envelope_by_id(work: Work, envelope_id: UUID) -> Envelope:
    row = work.session.execute(
        sa.select(envelopes).where(
            envelopes.c.authority_id == work.authority_id, envelopes.c.envelope_id == envelope_id
        )
    ).one()
    return _envelope(row)


def _envelope(row: sa.Row[tuple[object, ...]]) -> Envelope:
    return Envelope(
        row.envelope_id,
        row.scheme,
        row.season,
        row.benefit,
        row.voted_cents,
        row.unallocated_cents,
        row.version,
        row.announced_percent,
    )
