"""Partner's real database, emptied before each test, behind its real gRPC doors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from alembic import command

from chassis.clock import MovableClock
from chassis.crypto import Cipher
from chassis.database import Database
from chassis.grpc_server import Platform
from chassis.keys import KeyFolder
from chassis.migrate import alembic_config
from chassis.tokens import TokenVerifier
from embedded.rundir import ROOT
from embedded.secrets import make_keys
from rulebooks import Catalogue
from services.partner import bootstrap
from services.partner.adapters.wallet import WalletTills
from services.partner.bootstrap import Parts
from services.partner.entrypoints.rpc import doors
from services.partner.store.tables import CHASSIS, metadata
from tests.integration.emptying import empty
from tests.integration.partner.stage import FakePeer, Stage

STORE: Path = ROOT / "services" / "partner" / "store"


@pytest.fixture(scope="session")
def partner_database() -> Iterator[Database]:
    database = Database(os.environ["PARTNER_DATABASE_URL"], connections=8)
    config = alembic_config(STORE, os.environ["PARTNER_DATABASE_URL"])
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    yield database
    database.close()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder, ["identity", "wallet", "partner", "payout", "gateway", "bonplan", "notification"])
    return KeyFolder(folder)


@pytest.fixture(scope="session")
def served(
    partner_database: Database, keys: KeyFolder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Parts, FakePeer, str]]:
    """The service's parts, the wallet that it speaks to, and the address of its doors."""
    clock = MovableClock(tmp_path_factory.mktemp("clock") / "clock.json")
    platform = Platform("partner", partner_database, CHASSIS, clock, TokenVerifier("partner", keys))
    wallet = FakePeer()
    cipher = Cipher(keys.secret("data/partner"))
    ports = bootstrap.ports(cipher, Catalogue.load(), WalletTills(wallet, "partner"))
    parts = Parts(platform, ports, identity=FakePeer())
    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.max_receive_message_length", 32 << 20)])
    for door in doors(parts):
        door.add_to(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield parts, wallet, f"127.0.0.1:{port}"
    server.stop(None).wait()


@pytest.fixture
def stage(served: tuple[Parts, FakePeer, str], keys: KeyFolder) -> Iterator[Stage]:
    """An empty partner service, and staff of each role."""
    parts, wallet, address = served
    with parts.platform.database.transaction() as session:
        empty(session, metadata)
    wallet.come_back()
    stage = Stage(parts, wallet, address, keys)
    yield stage
    stage.close()
