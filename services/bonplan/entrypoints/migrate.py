"""Brings this service's tables, then its queues, to this version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chassis import migrate
from chassis.config import Settings

STORE = Path(__file__).resolve().parent.parent / "store"


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    return migrate.run_process(settings, STORE)
