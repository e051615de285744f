"""What the commands of a service that have its parts start with: its platform, its operator's door, its process.

Relays and migrations have none and do not import this: `relay.run_process`, `migrate.run_process` (decision 0154).
"""

from __future__ import annotations

import gc
from collections.abc import Sequence

from chassis import keys, ops_http
from chassis.clock import platform_clock
from chassis.config import Settings
from chassis.crypto import Cipher
from chassis.database import Database
from chassis.grpc_server import Doors, Platform, serve
from chassis.ops_http import Readiness
from chassis.tables import ChassisTables
from chassis.tokens import ServiceTokens, TokenVerifier


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
