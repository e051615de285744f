"""The gRPC door of the bonplan service."""

from __future__ import annotations

from collections.abc import Sequence

from atouts.bonplan.v1 import service_pb2

from chassis import personal_data, progress, service
from chassis.config import Settings
from chassis.grpc_server import Doors
from services.bonplan import bootstrap
from services.bonplan.bootstrap import Parts
from services.bonplan.entrypoints.answers import ANSWERS
from services.bonplan.entrypoints.doors import DrawDoor, OfferDoor, RegistrantDoor, RegistrationDoor
from services.bonplan.entrypoints.policy import POLICY
from services.bonplan.store import erasure
from services.bonplan.store.tables import erased_persons

DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["BonplanService"]


def doors(parts: Parts) -> Sequence[Doors]:
    handlers = [OfferDoor(parts), RegistrationDoor(parts), RegistrantDoor(parts), DrawDoor(parts)]
    return (
        Doors(parts.platform, DESCRIPTOR, handlers, POLICY, ANSWERS),
        personal_data.doors(parts.platform, erased_persons, erasure.clear),
        Doors(parts.platform, progress.DESCRIPTOR, [progress.ProgressDoor()], progress.POLICY, {}),
    )


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    parts = bootstrap.build(settings)
    return service.run_rpc(settings, parts.platform, doors(parts))
