"""The composition root: builds everything this process needs; nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from atouts.identity.v1 import service_pb2 as identity_pb
from atouts.wallet.v1 import service_pb2 as wallet_pb

from chassis import service
from chassis.config import Settings
from chassis.crypto import Cipher
from chassis.files import DatabaseFiles
from chassis.grpc_client import Peer, here
from chassis.grpc_server import Platform
from rulebooks import Catalogue
from services.partner.adapters.registers import StandardRegisters
from services.partner.adapters.wallet import WalletTills
from services.partner.application.ports import Ports, Tills
from services.partner.store.accreditations import AccreditationRows, CharterRows
from services.partner.store.bank_accounts import BankAccountRows
from services.partner.store.delegates import GrantRows
from services.partner.store.documents import DocumentRows
from services.partner.store.partners import EstablishmentRows, PartnerRows
from services.partner.store.proofs import ProofRows
from services.partner.store.tables import CHASSIS


@dataclass(frozen=True, slots=True)
class Parts:
    """What the doors, handlers and jobs are given."""

    platform: Platform
    ports: Ports
    identity: Peer


def build(settings: Settings, run: Callable[[Callable[[], Any]], Any] = here) -> Parts:
    """`run` is how a blocking gRPC call is made: `chassis.worker.in_real_thread` in the worker."""
    tokens = service.service_tokens(settings)

    def peer(name: str, descriptor: Any) -> Peer:
        return Peer(descriptor, name, settings.rpc_address(name), tokens, run)

    wallet = peer("wallet", wallet_pb.DESCRIPTOR.services_by_name["WalletService"])
    return Parts(
        platform=service.platform(settings, CHASSIS),
        ports=ports(service.cipher(settings), Catalogue.load(), WalletTills(wallet, settings.service)),
        identity=peer("identity", identity_pb.DESCRIPTOR.services_by_name["IdentityService"]),
    )


def ports(cipher: Cipher, catalogue: Catalogue, tills: Tills) -> Ports:
    """The use cases' ports over this service's database."""
    return Ports(
        partners=PartnerRows(),
        documents=DocumentRows(cipher),
        charters=CharterRows(),
        accounts=BankAccountRows(cipher),
        accreditations=AccreditationRows(),
        delegates=GrantRows(),
        establishments=EstablishmentRows(),
        proofs=ProofRows(),
        registers=StandardRegisters(),
        files=DatabaseFiles(cipher),
        tills=tills,
        catalogue=catalogue,
    )
