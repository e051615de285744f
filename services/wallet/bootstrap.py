"""The composition root: builds everything this process needs; nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from atouts.identity.v1 import service_pb2 as identity_pb
from atouts.partner.v1 import service_pb2 as partner_pb

from chassis import keys, service
from chassis.config import Mode, SettingMissing, Settings
from chassis.database import Database
from chassis.grpc_client import Peer, here
from chassis.grpc_server import Platform
from rulebooks import Catalogue
from services.wallet.adapters.card_holders import IdentityHolders
from services.wallet.adapters.code_hashes import Argon2Codes
from services.wallet.adapters.identity import IdentityFacts
from services.wallet.adapters.papers import Papers
from services.wallet.adapters.partner_names import DirectoryNames
from services.wallet.adapters.payments import PROVIDERS, PaymentProvider, ProviderSettings
from services.wallet.application.card_orders import CardOrdering
from services.wallet.application.credit_queue import CreditQueue
from services.wallet.application.debit_group import DebitGroup
from services.wallet.application.debit_queue import DebitQueue
from services.wallet.application.holder_checks import HolderChecks
from services.wallet.application.paper_cards import PaperCards
from services.wallet.application.printed_vouchers import PrintedVouchers
from services.wallet.application.rules import FactsOwner, Rules
from services.wallet.application.secret_codes import SecretCodes
from services.wallet.domain.card import CodeKeys
from services.wallet.store.tables import CHASSIS

# Two hash, the others wait a moment or are refused at once.
CODES_AT_ONCE, CODES_WAITING = 2, 32


@dataclass(frozen=True, slots=True)
class Parts:
    """What the doors, handlers and jobs are given. `request_key` hashes requests; `debits` and `credits` are started
    by who serves them."""

    platform: Platform
    mode: Mode
    rules: Rules
    facts: FactsOwner
    identity: Peer
    partner: Peer
    provider: PaymentProvider
    code_keys: CodeKeys
    request_key: bytes
    debits: DebitQueue
    credits: CreditQueue
    secret_codes: SecretCodes
    paper_cards: PaperCards
    card_ordering: CardOrdering
    printed_vouchers: PrintedVouchers
    holder_checks: HolderChecks


def build(settings: Settings, run: Callable[[Callable[[], Any]], Any] = here) -> Parts:
    """`run` is how a blocking gRPC call is made: `chassis.worker.in_real_thread` in the worker."""
    folder = keys.folder(settings.keys_dir)
    tokens = service.service_tokens(settings)
    platform = service.platform(settings, CHASSIS)
    catalogue = Catalogue.load()

    def peer(name: str, descriptor: Any) -> Peer:
        return Peer(descriptor, name, settings.rpc_address(name), tokens, run)

    rules = Rules(catalogue, service.cipher(settings))
    identity = peer("identity", identity_pb.DESCRIPTOR.services_by_name["IdentityService"])
    partner = peer("partner", partner_pb.DESCRIPTOR.services_by_name["PartnerService"])
    papers, holders = Papers(), IdentityHolders(identity)
    return Parts(
        platform=platform,
        mode=settings.mode,
        rules=rules,
        facts=IdentityFacts(identity),
        identity=identity,
        partner=partner,
        provider=_provider(settings, folder),
        code_keys=code_keys(settings),
        request_key=folder.secret("request"),
        debits=DebitQueue(platform.database, DebitGroup(settings.service, platform.clock, catalogue, rules.cipher)),
        credits=CreditQueue(platform, rules),
        secret_codes=SecretCodes(platform, rules, Argon2Codes(CODES_AT_ONCE, CODES_WAITING)),
        paper_cards=PaperCards(platform, rules, papers),
        card_ordering=CardOrdering(platform, rules, holders),
        printed_vouchers=PrintedVouchers(platform, rules, papers, DirectoryNames(partner)),
        holder_checks=HolderChecks(platform, rules, holders),
    )


def build_for_operator(settings: Settings) -> Parts:
    """The same for a command that reads everything: no statement is cut short."""
    parts = build(settings)
    patient = Database(settings.database_url, settings.connections, statement_timeout_ms=0)
    return replace(parts, platform=replace(parts.platform, database=patient))


def code_keys(settings: Settings) -> CodeKeys:
    """Every card key that is there reads; new codes are of the newest, or of the one that CARD_KEY names while a newer
    one is being handed out to every process. Raises SettingMissing."""
    known = keys.folder(settings.keys_dir).numbered("card")
    newest = settings.environment.integer("CARD_KEY", max(known))
    if newest not in known:
        raise SettingMissing(f"CARD_KEY names card key {newest}, and KEYS_DIR holds {sorted(known)}")
    return CodeKeys(known, newest)


def _provider(settings: Settings, folder: keys.KeyFolder) -> PaymentProvider:
    """The sandbox is the default where money is not real; production names its provider."""
    environment = settings.environment
    default = None if settings.mode is Mode.PRODUCTION else "sandbox"
    name = environment.text("PAYMENT_PROVIDER", default)
    return PROVIDERS[name](
        ProviderSettings(
            environment.text("PAYMENT_PROVIDER_URL"),
            environment.text("PUBLIC_URL"),
            folder.secret("payment_webhook"),
        )
    )
