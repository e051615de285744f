"""The composition root: builds everything this process needs; nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from atouts.partner.v1 import service_pb2 as partner_pb
from atouts.wallet.v1 import service_pb2 as wallet_pb

from chassis import service
from chassis.config import Settings
from chassis.files import DatabaseFiles, Files
from chassis.grpc_client import Peer, here
from chassis.grpc_server import Platform
from rulebooks import Catalogue
from services.payout.store.tables import CHASSIS


@dataclass(frozen=True, slots=True)
class Parts:
    """What the doors, handlers and jobs are given."""

    platform: Platform
    catalogue: Catalogue
    files: Files
    wallet: Peer
    partner: Peer


def build(settings: Settings, run: Callable[[Callable[[], Any]], Any] = here) -> Parts:
    """`run` is how a blocking gRPC call is made: `chassis.worker.in_real_thread` in the worker."""
    tokens = service.service_tokens(settings)

    def peer(name: str, descriptor: Any) -> Peer:
        return Peer(descriptor, name, settings.rpc_address(name), tokens, run)

    return Parts(
        platform=service.platform(settings, CHASSIS),
        catalogue=Catalogue.load(),
        files=DatabaseFiles(service.cipher(settings)),
        wallet=peer("wallet", wallet_pb.DESCRIPTOR.services_by_name["WalletService"]),
        partner=peer("partner", partner_pb.DESCRIPTOR.services_by_name["PartnerService"]),
    )
