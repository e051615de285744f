"""The event door of the notification service, and its due jobs."""

from __future__ import annotations

from collections.abc import Sequence

from chassis import worker
from chassis.config import Settings
from services.notification import bootstrap
from services.notification.entrypoints.handlers import event_handlers, job_handlers


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    parts = bootstrap.build_worker(settings, worker.in_real_thread)
    return worker.run_process(settings, parts.platform, event_handlers(parts), job_handlers(parts))
