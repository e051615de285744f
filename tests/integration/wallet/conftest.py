"""The wallet's real database, emptied before each test, behind a real gRPC door on a free port."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path

import grpc
import pytest
from alembic import command

from chassis.database import Database
from chassis.migrate import alembic_config
from embedded.rundir import ROOT
from services.wallet.entrypoints.rpc import doors
from tests.integration.wallet.stage import (
    AUTHORITY_ID,
    OCTOBER,
    SEASON,
    MadeUpIdentity,
    MovedClock,
    Stage,
    empty,
    parts_on,
)

STORE: Path = ROOT / "services" / "wallet" / "store"


@pytest.fixture(scope="session")
def wallet_database() -> Iterator[Database]:
    url = os.environ["WALLET_DATABASE_URL"]
    database = Database(url, connections=8)
    config = alembic_config(STORE, url)
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    yield database
    database.close()


@pytest.fixture(scope="session")
def served(wallet_database: Database) -> Iterator[Stage]:
    """One server for all tests: each finds it with an empty database and the clock put back."""
    clock, identity = MovedClock(), MadeUpIdentity()
    parts = parts_on(wallet_database, clock, identity)
    server = grpc.server(futures.ThreadPoolExecutor(16))
    for door in doors(parts):
        door.add_to(server)
    port = server.add_insecure_port("127.0.0.1:0")
    parts.debits.start()
    parts.credits.start()
    server.start()
    stage = Stage(parts, clock, identity, f"127.0.0.1:{port}")
    yield stage
    stage.close()
    server.stop(5).wait()
    parts.credits.stop()
    parts.debits.stop()


@pytest.fixture
def stage(served: Stage, wallet_database: Database) -> Stage:
    empty(wallet_database)
    served.clock.instant = OCTOBER
    served.authority_id, served.season = AUTHORITY_ID, SEASON
    served.identity.persons.clear()
    served.identity.is_away = False
    return served
