"""What each command of a service starts with: its platform, its operator's door, its process."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from chassis import keys, logs, ops_http, relay
from chassis.clock import platform_clock
from chassis.config import Settings
from chassis.crypto import Cipher
from chassis.database import Database
from chassis.errors import Operational
from chassis.grpc_server import Doors, Platform, serve
from chassis.ops_http import Readiness
from chassis.tables import ChassisTables
from chassis.tokens import ServiceTokens, TokenVerifier

_MIGRATE_WITHIN_S = 60
_log = logs.get(__name__)


def platform(settings: Settings, tables: ChassisTables, connections: int | None = None) -> Platform:
    """The database, clock and token verifier of this process."""
    return Platform(
        settings.service,
        Database(settings.database_url, connections or settings.connections),
        tables,
        platform_clock(settings),
        TokenVerifier(settings.service, keys.folder(settings.keys_dir)),
    )


def cipher(settings: Settings) -> Cipher:
    """The cipher of the service's personal columns and files."""
    return Cipher(keys.folder(settings.keys_dir).secret(f"data/{settings.service}"))


def service_tokens(settings: Settings) -> ServiceTokens:
    return ServiceTokens(settings.service, keys.folder(settings.keys_dir))


def run_rpc(settings: Settings, on: Platform, doors: Sequence[Doors], threads: int | None = None) -> int:
    """Serve the service's gRPC doors until SIGTERM."""
    readiness = Readiness({"database": on.database.is_ready}, opens_later=True)
    ops_http.serve(settings, readiness)
    # What is built stays: the collector need not walk rulebooks and stubs again for each generation of requests.
    gc.collect()
    gc.freeze()
    serve(doors, f"{settings.rpc_host}:{settings.rpc_port}", threads or settings.connections * 2, readiness)
    on.database.close()
    return 0


def run_relay(settings: Settings, tables: ChassisTables) -> int:
    """Relay the service's facts until SIGTERM."""
    process = relay.Relay(settings.service, settings.database_url, settings.broker_url, tables)
    process.stop_on_signals()
    ops_http.serve(settings, Readiness({"connected": lambda: process.connected}))
    process.run()
    return 0


def run_migrate(settings: Settings, store: Path, besides: Mapping[str, Path] = MappingProxyType({})) -> int:
    """Bring the service's tables and queues to this version; waits for servers that are still starting.

    `besides`: further databases of the service by URL, each with the folder that holds its migrations.
    """
    from chassis import migrate  # alembic is a fifth of what every process would load

    deadline = time.monotonic() + _MIGRATE_WITHIN_S
    while True:
        try:
            for database_url, folder in besides.items():
                migrate.run_tables(database_url, folder)
            migrate.run(settings, store)
            return 0
        except Operational as error:
            if time.monotonic() > deadline:
                _log.error("migration gave up", reason=str(error)[:200])
                return 1
            _log.warning("migration waits", reason=str(error)[:200])
            time.sleep(0.5)
