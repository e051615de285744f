"""The gRPC door of the wallet service."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from atouts.wallet.v1 import service_pb2

from chassis import many_calls, personal_data, progress, service
from chassis.config import Settings
from chassis.grpc_server import Doors
from chassis.work import Work
from services.wallet import bootstrap
from services.wallet.application import erasure
from services.wallet.bootstrap import Parts
from services.wallet.entrypoints.answers import ANSWERS
from services.wallet.entrypoints.doors import (
    AccessDoor,
    CardBatchDoor,
    CardDoor,
    CorrectionDoor,
    HolderDoor,
    MembershipDoor,
    SeasonDoor,
    ServicesDoor,
    SimulationDoor,
    SuspensionDoor,
    TillDoor,
    TransferDoor,
    VoucherDoor,
)
from services.wallet.entrypoints.policy import POLICY
from services.wallet.store.tables import erased_persons

_MAKERS = (
    SeasonDoor,
    MembershipDoor,
    SimulationDoor,
    CorrectionDoor,
    SuspensionDoor,
    HolderDoor,
    CardDoor,
    CardBatchDoor,
    VoucherDoor,
    TillDoor,
    AccessDoor,
    TransferDoor,
    ServicesDoor,
)
DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["WalletService"]


def doors(parts: Parts) -> Sequence[Doors]:
    handlers = [maker(parts) for maker in _MAKERS]
    wallet = Doors(parts.platform, DESCRIPTOR, handlers, POLICY, ANSWERS)
    many = many_calls.ManyCallsDoor(wallet, parts.debits.arriving)
    return (
        wallet,
        Doors(parts.platform, many_calls.DESCRIPTOR, [many], many_calls.POLICY, {}),
        personal_data.doors(parts.platform, erased_persons, partial(_clear, parts), erasure.close),
        Doors(parts.platform, progress.DESCRIPTOR, [progress.ProgressDoor()], progress.POLICY, {}),
    )


def _clear(parts: Parts, work: Work, person_id: UUID) -> dict[str, int]:
    return erasure.clear(work, parts.rules, person_id)


def main(settings: Settings, _arguments: Sequence[str]) -> int:
    parts = bootstrap.build(settings)
    parts.debits.start()
    parts.credits.start()
    try:
        return service.run_rpc(settings, parts.platform, doors(parts))
    finally:
        parts.credits.stop()
        parts.debits.stop()
