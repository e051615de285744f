"""Identity's real database, emptied before each test, behind a real gRPC server on a free port."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent import futures
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
import sqlalchemy as sa
from alembic import command

from chassis import config
from chassis.database import Database
from chassis.migrate import alembic_config, run_tables
from embedded.rundir import ROOT
from embedded.secrets import make_keys
from services.identity import bootstrap
from services.identity.bootstrap import Parts
from services.identity.entrypoints.rpc import doors
from services.identity.store.keys.tables import metadata as key_metadata
from services.identity.store.tables import metadata
from tests.integration import emptying
from tests.integration.identity.stage import Clock, Stage

# The service itself, and every service that may call it.
CALLERS = ("identity", "gateway", "wallet", "partner", "payout", "bonplan", "notification")
STORE: Path = ROOT / "services" / "identity" / "store"


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder, CALLERS)
    settings = config.read("identity", config.Environment({**os.environ, "KEYS_DIR": str(folder)}))
    built = bootstrap.build(settings)
    migrate(built.platform.database)
    yield replace(built, platform=replace(built.platform, clock=Clock()))
    built.platform.database.close()
    built.own_keys.database.close()


@pytest.fixture(scope="session")
def address(parts: Parts) -> Iterator[str]:
    server = grpc.server(futures.ThreadPoolExecutor(16), options=[("grpc.max_receive_message_length", 32 << 20)])
    for door in doors(parts):
        door.add_to(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(0).wait()


@pytest.fixture
def stage(parts: Parts, address: str) -> Iterator[Stage]:
    """An empty identity service."""
    empty(parts.platform.database)
    empty(parts.own_keys.database, key_metadata)
    stage = Stage(parts, address)
    stage.clock.reset()
    yield stage
    stage.close()


def migrate(database: Database) -> None:
    run_tables(os.environ["IDENTITY_KEYS_DATABASE_URL"], STORE / "keys")
    settings = alembic_config(STORE, os.environ["IDENTITY_DATABASE_URL"])
    with database.engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def empty(database: Database, tables: sa.MetaData = metadata) -> None:
    with database.transaction() as session:
        emptying.empty(session, tables)
