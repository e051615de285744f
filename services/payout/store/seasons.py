"""Seasons that the wallet opened, each under its rulebook and the later versions of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.payout.store.tables import season_versions, seasons


@dataclass(frozen=True, slots=True)
class OpenSeason:
    """A scheme's season; `ends_on` is included."""

    scheme: str
    season: str
    rulebook_hash: str
    starts_on: date
    ends_on: date
    version: int


@dataclass(frozen=True, slots=True)
class LaterVersion:
    """A version of a season's rulebook that the wallet adopted; `counts_from` is its first day."""

    scheme: str
    season: str
    counts_from: date
    rulebook_hash: str


def keep(work: Work, opened: OpenSeason) -> None:
    """Keep the season under its rulebook unless a later version is known."""
    values = {name: getattr(opened, name) for name in OpenSeason.__dataclass_fields__}
    statement = insert(seasons).values(values | {"authority_id": work.authority_id})
    fresh = {name: statement.excluded[name] for name in ("rulebook_hash", "starts_on", "ends_on", "version")}
    work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["authority_id", "scheme", "season"],
            set_=fresh,
            where=seasons.c.version < statement.excluded.version,
        )
    )


def of(work: Work, scheme: str, season: str) -> OpenSeason:
    """The season, which was opened before any of its jobs was scheduled."""
    row = work.session.execute(
        sa.select(*(seasons.c[name] for name in OpenSeason.__dataclass_fields__)).where(
            seasons.c.authority_id == work.authority_id, seasons.c.scheme == scheme, seasons.c.season == season
        )
    ).one()
    return OpenSeason(*row)


def lock(work: Work, scheme: str, season: str) -> bool:
    """Runs of a season are planned one at a time; False while the season is not known yet."""
    row = work.session.execute(sa.select(seasons.c.scheme).where(*_is(work, scheme, season)).with_for_update()).first()
    return row is not None


def keep_version(work: Work, version: LaterVersion) -> None:
    """A day has one version: the first told stays."""
    values = {name: getattr(version, name) for name in LaterVersion.__dataclass_fields__}
    statement = insert(season_versions).values(values | {"authority_id": work.authority_id})
    work.session.execute(statement.on_conflict_do_nothing())


def later_versions(work: Work, scheme: str, season: str) -> tuple[LaterVersion, ...]:
    rows = work.session.execute(
        sa.select(*(season_versions.c[name] for name in LaterVersion.__dataclass_fields__))
        .where(
            season_versions.c.authority_id == work.authority_id,
            season_versions.c.scheme == scheme,
            season_versions.c.season == season,
        )
        .order_by(season_versions.c.counts_from)
    )
    return tuple(LaterVersion(*row) for row in rows)


def played_to(work: Work, scheme: str, season: str) -> date | None:
    """The last day whose run was prepared; None before the first."""
    found: date | None = work.session.execute(
        sa.select(seasons.c.played_to).where(*_is(work, scheme, season))
    ).scalar_one()
    return found


def mark_played(work: Work, scheme: str, season: str, to: date) -> None:
    work.session.execute(sa.update(seasons).where(*_is(work, scheme, season)).values(played_to=to))


def _is(work: Work, scheme: str, season: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        seasons.c.authority_id == work.authority_id,
        seasons.c.scheme == scheme,
        seasons.c.season == season,
    )
