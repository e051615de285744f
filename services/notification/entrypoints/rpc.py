"""The gRPC door of the notification service."""

from __future__ import annotations

from collections.abc import Sequence

from atouts.notification.v1 import service_pb2

from chassis import personal_data, progress, service
from chassis.config import Settings
from chassis.grpc_server import Doors
from services.notification import bootstrap
from services.notification.bootstrap import DoorParts
from services.notification.entrypoints.answers import ANSWERS
from services.notification.entrypoints.doors import PersonDoor, StaffDoor, SubscriberDoor
from services.notification.entrypoints.policy import POLICY
from services.notification.store import erasure
from services.notification.store.tables import erased_persons

DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["NotificationService"]


def doors(parts: DoorParts) -> Sequence[Doors]:
    handlers = [PersonDoor(parts), SubscriberDoor(parts), StaffDoor()]
    return (
        Doors(parts.platform, DESCRIPTOR, handlers, POLICY, ANSWERS),
        personal_data.doors(parts.platform, erased_persons, erasure.clear),
        Doors(parts.platform, progress.DESCRIPTOR, [progress.ProgressDoor()], progress.POLICY, {}),
    )


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    parts = bootstrap.build_doors(settings)
    return service.run_rpc(settings, parts.platform, doors(parts))
