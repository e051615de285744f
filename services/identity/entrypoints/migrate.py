"""Brings this service's tables and those of its key database, then its queues, to this version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chassis import migrate
from chassis.config import Settings
from services.identity import config

STORE = Path(__file__).resolve().parent.parent / "store"


KEYS = STORE / "keys"


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    return migrate.run_process(settings, STORE, {config.read(settings).keys_database_url: KEYS})
