"""Payout's real database, emptied before each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command

from chassis.database import Database
from chassis.grants import AUTHORITY_SCOPE
from chassis.migrate import alembic_config
from embedded.rundir import ROOT
from rulebooks import Catalogue
from services.payout.store.tables import metadata
from tests.integration import emptying
from tests.integration.payout.changing import changing_catalogue
from tests.integration.payout.stage import ANNE, BRUNO, Stage

STORE: Path = ROOT / "services" / "payout" / "store"


@pytest.fixture(scope="session")
def payout_database() -> Iterator[Database]:
    database = Database(os.environ["PAYOUT_DATABASE_URL"], connections=4)
    config = alembic_config(STORE, os.environ["PAYOUT_DATABASE_URL"])
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    yield database
    database.close()


@pytest.fixture
def stage(payout_database: Database) -> Stage:
    """An empty payout service, and two members of staff for payments."""
    empty(payout_database)
    stage = Stage(payout_database)
    for account_id in (ANNE, BRUNO):
        stage.grant(account_id, AUTHORITY_SCOPE, "payments")
    return stage


@pytest.fixture(scope="session")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """A season that pays weekly, and monthly from 10 December; what is bought of the second benefit is paid once a
    proof is there, and the third one is only recorded."""
    return changing_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture
def changing_stage(payout_database: Database, changing: Catalogue) -> Stage:
    empty(payout_database)
    stage = Stage(payout_database, changing)
    for account_id in (ANNE, BRUNO):
        stage.grant(account_id, AUTHORITY_SCOPE, "payments")
    return stage


def empty(database: Database) -> None:
    with database.transaction() as session:
        emptying.empty(session, metadata)
