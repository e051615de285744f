"""The event door of the bonplan service, and its due jobs."""

from __future__ import annotations

from collections.abc import Sequence

from chassis import worker
from chassis.config import Settings
from services.bonplan import bootstrap
from services.bonplan.entrypoints.handlers import event_handlers, job_handlers


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    parts = bootstrap.build(settings, worker.in_real_thread)
    return worker.run_process(settings, parts.platform, event_handlers(parts), job_handlers())
