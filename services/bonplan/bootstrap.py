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
from chassis.grpc_client import Peer, here
from chassis.grpc_server import Platform
from rulebooks import Catalogue
from services.bonplan.adapters.contacts import Contacts
from services.bonplan.adapters.person_facts import PersonFacts
from services.bonplan.store.seeds import Seeds
from services.bonplan.store.tables import CHASSIS


@dataclass(frozen=True, slots=True)
class Parts:
    """What the doors, handlers and jobs are given."""

    platform: Platform
    catalogue: Catalogue
    seeds: Seeds
    contacts: Contacts
    persons: PersonFacts


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owns what the read models hold: identity and partner grants, wallet memberships."""

    identity: Peer
    partner: Peer
    wallet: Peer


def build(settings: Settings, run: Callable[[Callable[[], Any]], Any] = here) -> Parts:
    """`run` is how a blocking gRPC call is made: `chassis.worker.in_real_thread` in the worker."""
    identity = _peer(settings, "identity", identity_pb.DESCRIPTOR.services_by_name["IdentityService"], run)
    return Parts(
        platform=service.platform(settings, CHASSIS),
        catalogue=Catalogue.load(),
        seeds=Seeds(service.cipher(settings)),
        contacts=Contacts(identity, settings.service),
        persons=PersonFacts(identity, settings.service),
    )


def build_for_operator(settings: Settings) -> Parts:
    """The same for a command that reads everything: no statement is cut short."""
    parts = build(settings)
    patient = Database(settings.database_url, settings.connections, statement_timeout_ms=0)
    return replace(parts, platform=replace(parts.platform, database=patient))


def owners(settings: Settings) -> Owners:
    """Asked only by an operator's rebuild and compare."""
    return Owners(
        _peer(settings, "identity", identity_pb.DESCRIPTOR.services_by_name["IdentityService"], here),
        _peer(settings, "partner", partner_pb.DESCRIPTOR.services_by_name["PartnerService"], here),
        _peer(settings, "wallet", wallet_pb.DESCRIPTOR.services_by_name["WalletService"], here),
    )


def _peer(settings: Settings, name: str, descriptor: Any, run: Callable[[Callable[[], Any]], Any]) -> Peer:
    tokens = service.service_tokens(settings)
    return Peer(descriptor, name, settings.rpc_address(name), tokens, run)
