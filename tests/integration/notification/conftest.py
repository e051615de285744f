"""Notification's real database, emptied before each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command

from chassis.database import Database
from chassis.migrate import alembic_config
from embedded.rundir import ROOT
from services.notification.store.tables import metadata
from tests.integration.emptying import empty
from tests.integration.notification.stage import Stage

STORE: Path = ROOT / "services" / "notification" / "store"


@pytest.fixture(scope="session")
def notification_database() -> Iterator[Database]:
    database = Database(os.environ["NOTIFICATION_DATABASE_URL"], connections=4)
    config = alembic_config(STORE, os.environ["NOTIFICATION_DATABASE_URL"])
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    yield database
    database.close()


@pytest.fixture
def stage(notification_database: Database) -> Stage:
    """A service that knows nobody."""
    with notification_database.transaction() as session:
        empty(session, metadata)
    return Stage(notification_database)
