"""Settings of identity alone, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from chassis.config import Settings


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """`hashes_at_once` passwords are hashed together, `hashes_waiting` calls may wait for it; `rpc_threads` holds
    them and leaves room for every other call. A reader holds a card for `reader_lease` at most (machine time).
    `keys_connections` to the key database come beside the process's share of the service's own."""

    hashes_at_once: int
    hashes_waiting: int
    rpc_threads: int
    reader_lease: timedelta
    keys_database_url: str
    keys_connections: int
    seal_certificates: Path | None
    """The folder of what seals are verified with (`adapters/card_reader/certificates.py`)."""


def read(settings: Settings) -> IdentitySettings:
    """Raises SettingMissing."""
    integer = settings.environment.integer
    return IdentitySettings(
        hashes_at_once=integer("PASSWORD_HASHES_AT_ONCE", _one_core_left()),
        hashes_waiting=integer("PASSWORD_HASHES_WAITING", 24),
        rpc_threads=integer("RPC_THREADS", 40),
        reader_lease=timedelta(seconds=integer("READER_LEASE_S", 30)),
        keys_database_url=settings.environment.text("IDENTITY_KEYS_DATABASE_URL"),
        keys_connections=(settings.connections + 1) // 2,
        seal_certificates=Path(folder) if (folder := settings.environment.optional("SEAL_CERTIFICATES_DIR")) else None,
    )


def _one_core_left() -> int:
    """As many as there are cores but one: that one is for the calls that hash nothing."""
    return max(1, len(os.sched_getaffinity(0)) - 1)
