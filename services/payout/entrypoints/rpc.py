"""The gRPC door of the payout service."""

from __future__ import annotations

from collections.abc import Sequence

from atouts.payout.v1 import service_pb2

from chassis import personal_data, progress, service
from chassis.config import Settings
from chassis.grpc_server import Doors
from services.payout import bootstrap
from services.payout.bootstrap import Parts
from services.payout.entrypoints.answers import ANSWERS
from services.payout.entrypoints.doors import ClawbackDoor, HoldDoor, PartnerAccountDoor, RunDoor
from services.payout.entrypoints.policy import POLICY
from services.payout.store import erasure
from services.payout.store.tables import erased_persons

DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["PayoutService"]


def doors(parts: Parts) -> Sequence[Doors]:
    handlers = [RunDoor(parts), HoldDoor(), ClawbackDoor(), PartnerAccountDoor(parts)]
    return (
        Doors(parts.platform, DESCRIPTOR, handlers, POLICY, ANSWERS),
        personal_data.doors(parts.platform, erased_persons, erasure.clear, erasure.close),
        Doors(parts.platform, progress.DESCRIPTOR, [progress.ProgressDoor()], progress.POLICY, {}),
    )


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    parts = bootstrap.build(settings)
    return service.run_rpc(settings, parts.platform, doors(parts))
