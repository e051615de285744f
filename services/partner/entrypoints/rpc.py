"""The gRPC door of the partner service."""

from __future__ import annotations

from collections.abc import Sequence

from atouts.partner.v1 import service_pb2

from chassis import personal_data, progress, service
from chassis.config import Settings
from chassis.grpc_server import Doors
from services.partner import bootstrap
from services.partner.bootstrap import Parts
from services.partner.entrypoints.answers import ANSWERS
from services.partner.entrypoints.doors import AccreditationDoor, PartnerDoor, ProofDoor, ServiceDoor, TermsDoor
from services.partner.entrypoints.policy import POLICY
from services.partner.store import erasure
from services.partner.store.tables import erased_persons

DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["PartnerService"]


def doors(parts: Parts) -> Sequence[Doors]:
    own = [PartnerDoor(parts), AccreditationDoor(parts), ProofDoor(parts), ServiceDoor(parts), TermsDoor(parts)]
    return (
        Doors(parts.platform, DESCRIPTOR, own, POLICY, ANSWERS),
        personal_data.doors(parts.platform, erased_persons, erasure.clear),
        Doors(parts.platform, progress.DESCRIPTOR, [progress.ProgressDoor()], progress.POLICY, {}),
    )


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    parts = bootstrap.build(settings)
    return service.run_rpc(settings, parts.platform, doors(parts))
