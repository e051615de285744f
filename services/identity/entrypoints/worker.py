"""The event door of the identity service."""

from __future__ import annotations

from collections.abc import Sequence

from chassis import worker
from chassis.config import Settings
from services.identity import bootstrap
from services.identity.entrypoints.handlers import event_handlers, job_handlers


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    parts = bootstrap.build(settings)
    return worker.run_process(settings, parts.platform, event_handlers(parts), job_handlers(parts))
