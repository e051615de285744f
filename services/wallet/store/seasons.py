"""Open seasons and the budget's envelopes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.versions import Version, in_force
from services.wallet.store.among import among
from services.wallet.store.tables import envelopes, season_versions, seasons


def open_season(work: Work, scheme: str, season: str, version: Version) -> bool:
    """True when this call opened it."""
    row = {
        "authority_id": work.authority_id,
        "scheme": scheme,
        "season": season,
        "rulebook_hash": version.rulebook_hash,
        "opened_at": work.now,
    }
    opened = insert(seasons).values(row).on_conflict_do_nothing().returning(seasons.c.season_no)
    season_no = work.session.execute(opened).scalar()
    if season_no is None:
        return False
    add_partitions(work, season_no)
    return adopt(work, scheme, season, version)


def add_partitions(work: Work, season_no: int) -> None:
    """The season's place in the ledger, with what the default partition caught of it; no debit waits for that."""
    work.session.execute(sa.select(sa.func.add_ledger_season(season_no)))


def adopt(work: Work, scheme: str, season: str, version: Version) -> bool:
    """True when this call adopted it."""
    row = {
        "authority_id": work.authority_id,
        "scheme": scheme,
        "season": season,
        "counts_from": version.counts_from,
        "rulebook_hash": version.rulebook_hash,
        "adopted_at": work.now,
    }
    adopted = insert(season_versions).values(row).on_conflict_do_nothing().returning(season_versions.c.rulebook_hash)
    return work.session.execute(adopted).first() is not None


def versions_of(work: Work, scheme: str, season: str) -> tuple[Version, ...]:
    """The adopted versions of a season, first to last; empty where it is not open."""
    return versions(work, season_versions.c.scheme == scheme, season_versions.c.season == season).get(
        (scheme, season), ()
    )


def versions(work: Work, *which: sa.ColumnElement[bool]) -> dict[tuple[str, str], tuple[Version, ...]]:
    """The adopted versions of open seasons by (scheme, season), first to last."""
    rows = work.session.execute(
        sa.select(season_versions)
        .where(season_versions.c.authority_id == work.authority_id, *which)
        .order_by(season_versions.c.scheme, season_versions.c.season, season_versions.c.counts_from)
    )
    found: dict[tuple[str, str], tuple[Version, ...]] = {}
    for row in rows:
        season = (row.scheme, row.season)
        found[season] = (*found.get(season, ()), Version(row.counts_from, row.rulebook_hash))
    return found


def hash_in_force(work: Work, scheme: str, season: str, on: date | None = None) -> str | None:
    """The version that counts on a day, today unless said; None where the season is not open."""
    known = versions_of(work, scheme, season)
    return in_force(known, on or work.today).rulebook_hash if known else None


def open_hashes(work: Work, on: date | None = None) -> dict[tuple[str, str], str]:
    """The version that counts on a day, today unless said, by (scheme, season) of the open seasons."""
    return {season: in_force(known, on or work.today).rulebook_hash for season, known in versions(work).items()}


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
    return {row.benefit: envelope_of(row) for row in rows}


def lock_envelope(work: Work, envelope_id: UUID) -> Envelope:
    """The envelope, held until the end of the transaction."""
    return _one_envelope(work, envelope_id, lock=True)


def lock_by_id(work: Work, envelope_ids: Collection[UUID]) -> dict[UUID, Envelope]:
    """Envelopes of whatever seasons, locked in the order in which `lock_envelopes` locks those of one."""
    rows = work.session.execute(
        sa.select(envelopes)
        .where(envelopes.c.authority_id == work.authority_id, among(envelopes.c.envelope_id, envelope_ids))
        .order_by(envelopes.c.scheme, envelopes.c.season, envelopes.c.benefit)
        .with_for_update()
    )
    return {row.envelope_id: envelope_of(row) for row in rows}


def by_id(work: Work, envelope_ids: Collection[UUID]) -> dict[UUID, Envelope]:
    """The same, and nothing is locked."""
    rows = work.session.execute(
        sa.select(envelopes).where(
            envelopes.c.authority_id == work.authority_id, among(envelopes.c.envelope_id, envelope_ids)
        )
    )
    return {row.envelope_id: envelope_of(row) for row in rows}


def envelope_ids(work: Work, scheme: str, season: str) -> dict[str, UUID]:
    """By benefit; nothing is locked."""
    rows = work.session.execute(
        sa.select(envelopes.c.benefit, envelopes.c.envelope_id).where(
            envelopes.c.authority_id == work.authority_id,
            envelopes.c.scheme == scheme,
            envelopes.c.season == season,
        )
    )
    return {row.benefit: row.envelope_id for row in rows}


def add_expired(work: Work, cents: Mapping[UUID, int]) -> None:
    """Count what was lost of each envelope, in the order in which they are locked."""
    for envelope_id in lock_by_id(work, cents.keys()):
        work.session.execute(
            sa.update(envelopes)
            .where(envelopes.c.authority_id == work.authority_id, envelopes.c.envelope_id == envelope_id)
            .values(expired_cents=envelopes.c.expired_cents + cents[envelope_id])
        )


def unallocated_cents(work: Work, scheme: str, season: str) -> dict[str, int]:
    """What may still be credited, by benefit for which something was voted; nothing is locked."""
    rows = work.session.execute(
        sa.select(envelopes.c.benefit, envelopes.c.unallocated_cents).where(
            envelopes.c.authority_id == work.authority_id,
            envelopes.c.scheme == scheme,
            envelopes.c.season == season,
            envelopes.c.voted_cents > 0,
        )
    )
    return {row.benefit: row.unallocated_cents for row in rows}


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
    return _one_envelope(work, envelope_id)


def _one_envelope(work: Work, envelope_id: UUID, *, lock: bool = False) -> Envelope:
    statement = sa.select(envelopes).where(
        envelopes.c.authority_id == work.authority_id, envelopes.c.envelope_id == envelope_id
    )
    return envelope_of(work.session.execute(statement.with_for_update() if lock else statement).one())


def envelope_of(row: Any) -> Envelope:
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
