"""The event door of the identity service."""

from __future__ import annotations

from collections.abc import Sequence

from chassis import service, worker
from chassis.config import Settings
from services.identity import bootstrap
from services.identity.adapters.personal_data import PersonalDataPeers
from services.identity.domain.erasures import SERVICES
from services.identity.entrypoints import erasing, retention
from services.identity.entrypoints.handlers import event_handlers, job_handlers
from services.identity.entrypoints.journal import require_replayed


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    parts = bootstrap.build(settings)
    require_replayed(parts)
    tokens = service.service_tokens(settings)
    peers = PersonalDataPeers(SERVICES, settings.rpc_address, tokens, worker.in_real_thread)
    jobs = {**job_handlers(parts), **erasing.job_handlers(parts, peers), **retention.job_handlers(parts)}
    retention.seed(parts)
    return worker.run_process(settings, parts.platform, event_handlers(parts), jobs)
