"""Brings this service's tables, then its queues, then those of its subscribers, to this version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chassis import logs, migrate
from chassis.config import Settings
from chassis.errors import Operational
from rulebooks import Catalogue
from services.notification.adapters import subscriber_queues

STORE = Path(__file__).resolve().parent.parent / "store"
_log = logs.get(__name__)


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    return migrate.run_process(settings, STORE) or _declare_subscriber_queues(settings)


def _declare_subscriber_queues(settings: Settings) -> int:
    """The broker answers by now. A virtual host that is missing, or is not ours to configure, stops here."""
    for authority in Catalogue.load().authorities():
        for subscriber in authority.subscribers:
            try:
                subscriber_queues.declare(settings.broker_url, authority.id, subscriber.id)
            except Operational as refusal:
                _log.error("no queue for a subscriber", subscriber=subscriber.id, reason=str(refusal)[:200])
                return 1
    return 0
