"""The composition root: builds everything this process needs; nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from atouts.identity.v1 import service_pb2 as identity_pb
from atouts.partner.v1 import service_pb2 as partner_pb
from atouts.wallet.v1 import service_pb2 as wallet_pb

from chassis import service
from chassis.config import Settings
from chassis.database import Database
from chassis.files import DatabaseFiles, Files
from chassis.grpc_client import Peer, here
from chassis.grpc_server import Platform
from rulebooks import Catalogue
from services.payout.adapters.partner_accounts import PartnerAccounts
from services.payout.adapters.partner_directory import PartnerDirectory
from services.payout.adapters.statement_pdf import StatementPdfs
from services.payout.adapters.wallet_ledger import WalletLedger
from services.payout.application.issuing import Issuing
from services.payout.store.bank_accounts import BankAccounts
from services.payout.store.tables import CHASSIS


@dataclass(frozen=True, slots=True)
class Parts:
    """What the doors, handlers and jobs are given."""

    platform: Platform
    catalogue: Catalogue
    files: Files
    accounts: BankAccounts
    wallet: WalletLedger
    partners: PartnerAccounts
    directory: PartnerDirectory
    statement_pdfs: StatementPdfs

    @property
    def issuing(self) -> Issuing:
        return Issuing(self.catalogue, self.accounts, self.files)


@dataclass(frozen=True, slots=True)
class GrantOwners:
    """Who owns what accounts may do: identity for staff, partner for delegates."""

    identity: Peer
    partner: Peer


def build(settings: Settings, run: Callable[[Callable[[], Any]], Any] = here) -> Parts:
    """`run` is how a blocking gRPC call is made: `chassis.worker.in_real_thread` in the worker."""
    wallet = _peer(settings, "wallet", wallet_pb.DESCRIPTOR.services_by_name["WalletService"], run)
    partner = _peer(settings, "partner", partner_pb.DESCRIPTOR.services_by_name["PartnerService"], run)
    cipher = service.cipher(settings)
    return Parts(
        platform=service.platform(settings, CHASSIS),
        catalogue=Catalogue.load(),
        files=DatabaseFiles(cipher),
        accounts=BankAccounts(cipher),
        wallet=WalletLedger(wallet),
        partners=PartnerAccounts(partner),
        directory=PartnerDirectory(partner),
        statement_pdfs=StatementPdfs(),
    )


def build_for_operator(settings: Settings) -> Parts:
    """The same for a command that reads everything: no statement is cut short."""
    parts = build(settings)
    patient = Database(settings.database_url, settings.connections, statement_timeout_ms=0)
    return replace(parts, platform=replace(parts.platform, database=patient))


def grant_owners(settings: Settings) -> GrantOwners:
    """Asked only by an operator's rebuild and compare."""
    return GrantOwners(
        _peer(settings, "identity", identity_pb.DESCRIPTOR.services_by_name["IdentityService"], here),
        _peer(settings, "partner", partner_pb.DESCRIPTOR.services_by_name["PartnerService"], here),
    )


def _peer(settings: Settings, name: str, descriptor: Any, run: Callable[[Callable[[], Any]], Any]) -> Peer:
    tokens = service.service_tokens(settings)
    return Peer(descriptor, name, settings.rpc_address(name), tokens, run)
