"""Bonplan's real database, emptied before each test, behind its real gRPC doors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from alembic import command

from chassis.config import SERVICES
from chassis.crypto import Cipher
from chassis.database import Database
from chassis.grpc_server import Platform
from chassis.keys import KeyFolder
from chassis.migrate import alembic_config
from chassis.tokens import TokenVerifier
from embedded.rundir import ROOT
from embedded.secrets import make_keys
from rulebooks import Catalogue
from services.bonplan.adapters.contacts import Contacts
from services.bonplan.adapters.person_facts import PersonFacts
from services.bonplan.bootstrap import Parts
from services.bonplan.entrypoints.rpc import doors
from services.bonplan.store.seeds import Seeds
from services.bonplan.store.tables import CHASSIS, metadata
from tests.integration.bonplan.stage import MadeUpIdentity, MovedClock, Stage
from tests.integration.emptying import empty

STORE: Path = ROOT / "services" / "bonplan" / "store"


@dataclass(frozen=True)
class Served:
    """The service's parts, what they stand on, and the address of its doors."""

    parts: Parts
    clock: MovedClock
    identity: MadeUpIdentity
    address: str


@pytest.fixture(scope="session")
def bonplan_database() -> Iterator[Database]:
    database = Database(os.environ["BONPLAN_DATABASE_URL"], connections=8)
    config = alembic_config(STORE, os.environ["BONPLAN_DATABASE_URL"])
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    yield database
    database.close()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder, [*SERVICES, "gateway"])
    return KeyFolder(folder)


@pytest.fixture(scope="session")
def served(bonplan_database: Database, keys: KeyFolder) -> Iterator[Served]:
    clock, identity = MovedClock(), MadeUpIdentity()
    platform = Platform("bonplan", bonplan_database, CHASSIS, clock, TokenVerifier("bonplan", keys))
    seeds = Seeds(Cipher(keys.secret("data/bonplan")))
    contacts, persons = Contacts(identity, "bonplan"), PersonFacts(identity, "bonplan")  # type: ignore[arg-type]
    parts = Parts(platform, Catalogue.load(), seeds, contacts, persons)
    server = grpc.server(ThreadPoolExecutor(16))  # as the service itself: twice its connections
    for door in doors(parts):
        door.add_to(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield Served(parts, clock, identity, f"127.0.0.1:{port}")
    server.stop(None).wait()


@pytest.fixture
def stage(served: Served, keys: KeyFolder) -> Iterator[Stage]:
    """An empty bonplan service, while registrations are open."""
    with served.parts.platform.database.transaction() as session:
        empty(session, metadata)
    served.identity.names.clear()
    served.identity.births.clear()
    served.identity.asked_by.clear()
    served.identity.is_away = False
    stage = Stage(served.parts, served.clock, served.identity, served.address, keys)
    yield stage
    stage.close()
