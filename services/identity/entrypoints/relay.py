"""Takes this service's facts from its outbox to the broker."""

from __future__ import annotations

from collections.abc import Sequence

from chassis import relay
from chassis.config import Settings
from services.identity.store.tables import CHASSIS


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    return relay.run_process(settings, CHASSIS)
