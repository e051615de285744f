"""The seasons as they begin, with a member of each: made once at the door, and put back before each sequence."""

from __future__ import annotations

import copy
from datetime import datetime

import sqlalchemy as sa

from services.wallet.store.tables import metadata
from tests.integration.emptying import with_rows
from tests.integration.wallet.ledger_model.joining import open_doors
from tests.integration.wallet.ledger_model.world import World
from tests.integration.wallet.stage import Stage, append_only_lifted

_KEPT = "as_it_begins"


class Opening:
    """Keeps a copy of every table that has rows, in a schema of its own until `close`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._world = World(stage)
        open_doors(self._world)
        self._now: datetime = stage.clock.instant
        self._persons = dict(stage.identity.persons)
        self._filled = [table.name for table in metadata.sorted_tables if stage.rows(table.name)]
        kept = (f"CREATE TABLE {_KEPT}.{name} AS TABLE {name}" for name in self._filled)
        self._run(f"DROP SCHEMA IF EXISTS {_KEPT} CASCADE", f"CREATE SCHEMA {_KEPT}", *kept)

    def close(self) -> None:
        self._run(f"DROP SCHEMA {_KEPT} CASCADE")

    def world(self) -> World:
        """On both sides as it was; ids that the database counts go on from where they are."""
        put_back = [
            f"INSERT INTO {name} OVERRIDING SYSTEM VALUE SELECT * FROM {_KEPT}.{name}"  # noqa: S608 - own tables
            for name in self._filled
        ]
        with append_only_lifted(self._stage.parts.platform.database) as session:
            used = with_rows(session, (table.name for table in metadata.sorted_tables))
            session.execute(sa.text("SET LOCAL statement_timeout = 0"))  # new files, on whatever disk
            session.execute(sa.text("; ".join([f"TRUNCATE {', '.join(used)} CASCADE", *put_back])))
        self._stage.clock.instant = self._now
        self._stage.identity.persons.clear()
        self._stage.identity.persons.update(self._persons)
        return self._copied()

    def _copied(self) -> World:
        """What belongs to the stage is shared."""
        world = copy.copy(self._world)
        own = ("model", "members", "partners", "codes", "payments", "said", "asked", "answered")
        for name in own:
            setattr(world, name, copy.deepcopy(getattr(world, name)))
        return world

    def _run(self, *statements: str) -> None:
        with self._stage.parts.platform.database.transaction() as session:
            session.execute(sa.text("; ".join(statements)))
