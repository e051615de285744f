"""The composition root: builds everything a process needs; nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from atouts.bonplan.v1 import service_pb2 as bonplan_pb
from atouts.identity.v1 import service_pb2 as identity_pb
from atouts.partner.v1 import service_pb2 as partner_pb
from atouts.wallet.v1 import service_pb2 as wallet_pb

from chassis import service
from chassis.config import Settings
from chassis.database import Database
from chassis.grpc_client import Peer, here
from chassis.grpc_server import Platform
from rulebooks import Catalogue
from services.notification import config
from services.notification.adapters import live_channel
from services.notification.adapters.contacts import IdentityContacts
from services.notification.adapters.live_channel import ValkeyChannel
from services.notification.adapters.mail_links import IdentityLinks
from services.notification.adapters.mail_texts import TemplateTexts
from services.notification.adapters.offers import PublishedOffers
from services.notification.adapters.partners import KnownPartners
from services.notification.adapters.smtp import SmtpServer
from services.notification.adapters.subscriber_queues import BrokerQueues
from services.notification.application.composing import Owners
from services.notification.application.linking import Gate
from services.notification.application.ports import LiveChannel, Partners
from services.notification.application.publishing import Publishing
from services.notification.application.sending import Means
from services.notification.store.codes import MembershipCodes
from services.notification.store.tables import CHASSIS

_DESCRIPTORS = {
    "identity": identity_pb.DESCRIPTOR.services_by_name["IdentityService"],
    "partner": partner_pb.DESCRIPTOR.services_by_name["PartnerService"],
    "bonplan": bonplan_pb.DESCRIPTOR.services_by_name["BonplanService"],
    "wallet": wallet_pb.DESCRIPTOR.services_by_name["WalletService"],
}


@dataclass(frozen=True, slots=True)
class DoorParts:
    """What the gRPC doors are given."""

    platform: Platform
    catalogue: Catalogue
    gate: Gate
    codes: MembershipCodes


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What events and jobs are given."""

    platform: Platform
    catalogue: Catalogue
    partners: Partners
    live: LiveChannel


@dataclass(frozen=True, slots=True)
class GrantOwners:
    """Asked by an operator's rebuild and compare alone."""

    identity: Peer
    wallet: Peer


def build_doors(settings: Settings) -> DoorParts:
    """Raises SettingMissing when a subscriber has no secret: at start, not at its first request."""
    catalogue = Catalogue.load()
    gate = Gate(catalogue, config.subscriber_secrets(settings, catalogue))
    codes = MembershipCodes(service.cipher(settings))
    return DoorParts(service.platform(settings, CHASSIS), catalogue, gate, codes)


def build_worker(settings: Settings, run: Callable[[Callable[[], Any]], Any]) -> WorkerParts:
    """`run` is how a blocking gRPC call is made: `chassis.worker.in_real_thread`."""
    return WorkerParts(
        platform=service.platform(settings, CHASSIS),
        catalogue=Catalogue.load(),
        partners=KnownPartners(peer(settings, "partner", run)),
        live=ValkeyChannel(live_channel.connect(config.redis_url(settings))),
    )


def build_sender(settings: Settings) -> tuple[Means, Publishing]:
    """What sends mails, and what publishes membership events, over one pool of connections."""
    platform = service.platform(settings, CHASSIS)
    lease = config.mail_lease(settings)
    identity = peer(settings, "identity")
    owners = Owners(
        contacts=IdentityContacts(identity),
        links=IdentityLinks(identity),
        partners=KnownPartners(peer(settings, "partner")),
        offers=PublishedOffers(peer(settings, "bonplan")),
    )
    means = Means(
        platform=platform,
        catalogue=Catalogue.load(),
        owners=owners,
        texts=TemplateTexts(config.public_url(settings)),
        server=SmtpServer(config.smtp_address(settings), lease),
        lease=lease,
    )
    return means, Publishing(platform.database, BrokerQueues(settings.broker_url))


def build_for_operator(settings: Settings) -> Platform:
    """A platform for a command that reads everything: no statement is cut short."""
    platform = service.platform(settings, CHASSIS)
    patient = Database(settings.database_url, settings.connections, statement_timeout_ms=0)
    return replace(platform, database=patient)


def grant_owners(settings: Settings) -> GrantOwners:
    return GrantOwners(peer(settings, "identity"), peer(settings, "wallet"))


def peer(settings: Settings, name: str, run: Callable[[Callable[[], Any]], Any] = here) -> Peer:
    tokens = service.service_tokens(settings)
    return Peer(_DESCRIPTORS[name], name, settings.rpc_address(name), tokens, run)
