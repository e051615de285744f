"""Seasons that the wallet opened, each under its rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.payout.store.tables import seasons


@dataclass(frozen=True, slots=True)
class OpenSeason:
    """A scheme's season; `ends_on` is included."""

    scheme: str
    season: str
    rulebook_hash: str
    starts_on: date
    ends_on: date
    version: int


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
