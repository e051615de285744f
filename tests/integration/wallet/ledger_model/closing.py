"""A season that is over is sealed and detached: its closing balances are the model's, and the rest proves itself."""

from __future__ import annotations

from collections import Counter
from datetime import date

import sqlalchemy as sa

from services.wallet.application import closings
from services.wallet.entrypoints.ctl import verify
from services.wallet.store import seasons
from tests.integration.wallet.ledger_model.passing import count, nights, two_years_later
from tests.integration.wallet.ledger_model.putting_right import drop_all
from tests.integration.wallet.ledger_model.rights import SCHEMES
from tests.integration.wallet.ledger_model.world import World, same
from tests.integration.wallet.stage import AUTHORITY_ID, SEASON

PLAYS = ("closings.seal", "closings.detach")
_UNCOUNTED = sa.text(
    """
    SELECT DISTINCT t.business_day FROM transfers t LEFT JOIN sealed_days d
        ON (d.authority_id, d.day) = (t.authority_id, t.business_day) AND d.counted_at IS NOT NULL
    WHERE t.partner_id IS NOT NULL AND d.day IS NULL
    """
)


def close_and_detach(world: World) -> None:
    """Nothing more can be played afterwards; the next sequence finds the ledger as it was made."""
    two_years_later(world)
    nights(world, 2)  # so that the last day on which something moved is sealed
    drop_all(world)
    for day in _rows(world, _UNCOUNTED):
        count(world, day)
    try:
        for act in (_seal, _detach):
            for scheme in SCHEMES:
                act(world, scheme)
        _hold_closings(world)
    finally:
        _forget(world)


def _rows(world: World, statement: sa.TextClause) -> list[date]:
    with world.stage.parts.platform.database.transaction() as session:
        return list(session.execute(statement).scalars())


def _seal(world: World, scheme: str) -> None:
    parts = world.stage.parts
    with parts.platform.database.transaction() as session:
        closings.seal(world.stage.work(session), parts.request_key, scheme, SEASON)


def _detach(world: World, scheme: str) -> None:
    with world.stage.parts.platform.database.transaction() as session:
        closings.detach(world.stage.work(session), scheme, SEASON)


def _hold_closings(world: World) -> None:
    """Of all seasons together."""
    closed: Counter[str] = Counter()
    for row in world.stage.rows("detached_seasons"):
        closed.update(row.sums)
    expected = {kind: cents for kind, cents in world.model.by_kind().items() if cents}
    same({kind: cents for kind, cents in closed.items() if cents}, expected, "closing balances")
    findings = verify(world.stage.parts, AUTHORITY_ID).findings
    same([finding for finding in findings if not finding.held], [], "verify once all is detached")


def _forget(world: World) -> None:
    """The detached tables, and what forbids their numbers: the next sequence has partitions of the same."""
    with world.stage.parts.platform.database.transaction() as session:
        for number in range(1, len(SCHEMES) + 1):
            for table in ("transfers", "entries"):
                detached = f"ledger.{table}_{number}"
                if _is_detached(session, detached):
                    session.execute(sa.text(f"DROP TABLE {detached}"))
                    session.execute(sa.text(f"ALTER TABLE ledger.{table}_unplaced DROP CONSTRAINT without_{number}"))
            seasons.add_partitions(world.stage.work(session), number)


def _is_detached(session: sa.orm.Session, table: str) -> bool:
    statement = sa.text("SELECT NOT relispartition FROM pg_class WHERE oid = to_regclass(:table)")
    return bool(session.execute(statement, {"table": table}).scalar())
