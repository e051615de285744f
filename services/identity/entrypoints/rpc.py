"""The gRPC door of the identity service."""

from __future__ import annotations

from collections.abc import Sequence

from atouts.identity.v1 import service_pb2

from chassis import progress, service
from chassis.config import Settings
from chassis.grpc_server import Doors
from services.identity import bootstrap
from services.identity.bootstrap import Parts
from services.identity.entrypoints.answers import ANSWERS
from services.identity.entrypoints.doors import all_doors
from services.identity.entrypoints.journal import require_replayed
from services.identity.entrypoints.policy import POLICY

DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["IdentityService"]


def doors(parts: Parts) -> Sequence[Doors]:
    return (
        Doors(parts.platform, DESCRIPTOR, all_doors(parts), POLICY, ANSWERS),
        Doors(parts.platform, progress.DESCRIPTOR, [progress.ProgressDoor()], progress.POLICY, {}),
    )


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    parts = bootstrap.build(settings)
    require_replayed(parts)
    return service.run_rpc(settings, parts.platform, doors(parts), parts.settings.rpc_threads)
