"""What the tests of the partner service play on: persons who call its doors, and a wallet that may be away."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from atouts.partner.v1 import accreditations_pb2 as acc_pb
from atouts.partner.v1 import organisations_pb2 as org_pb
from atouts.partner.v1 import service_pb2

from chassis import context, grants
from chassis.context import Account, AccountKind, CallContext
from chassis.errors import Operational
from chassis.events import type_of
from chassis.grpc_client import Peer
from chassis.jobs import JobPlayer
from chassis.keys import KeyFolder
from chassis.tokens import ServiceTokens, sign_access_token
from services.partner.bootstrap import Parts
from services.partner.entrypoints.handlers import job_handlers

AUTHORITY = "normandie"
CULTURE, BOOKS, SEASON, CHARTER = "culture-sport", "livres-equipement", "2025-2026", "2025-07-01"
IBAN = "FR7630001007941234567890185"
OTHER_IBAN = "DE89370400440532013000"
PDF = b"%PDF-1.4\n%%EOF\n"
_DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["PartnerService"]


class FakePeer(Peer):
    """Another service at the boundary of `Peer.call`: notes what it is asked, and by whom."""

    def __init__(self) -> None:
        self.come_back()

    def come_back(self) -> None:
        """As new: it answers, and was asked nothing yet."""
        self.away = False
        self.calls: list[tuple[str, Any, CallContext | None]] = []
        self.answers: list[Any] = []

    def call(self, rpc: str, request: Any, **_options: Any) -> Any:
        if self.away:
            raise Operational("the other service is away")
        self.calls.append((rpc, request, context.current.get()))
        return self.answers.pop(0) if self.answers else None


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    kind: AccountKind
    account_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def account(self) -> Account:
        return Account(self.account_id, self.kind, second_factor=self.kind is AccountKind.STAFF)


class Stage:
    """The service behind its doors. `manager` is a partner's person, `staff` has every role it is given."""

    def __init__(self, parts: Parts, wallet: FakePeer, address: str, keys: KeyFolder) -> None:
        self.parts = parts
        self.wallet = wallet
        self._keys = keys
        self._address = address
        self._peers: dict[str, Peer] = {}
        self.owner = Person(AccountKind.PARTNER)
        self.instructor = self.staff("instruction")
        self.payer = self.staff("payments")

    # Who calls

    def staff(self, *roles: str) -> Person:
        person = Person(AccountKind.STAFF)
        with self.parts.platform.database.transaction() as session:
            grants.keep(
                session, self.parts.platform.tables, AUTHORITY, person.account_id, "authority", roles, version=1
            )
        return person

    def call(
        self,
        rpc: str,
        request: Any,
        by: Person | None = None,
        *,
        service: str = "gateway",
        authority: str = AUTHORITY,
    ) -> Any:
        """One real call. Raises PeerRefused."""
        token = sign_access_token(self._keys.private_pem("accounts"), by.account, authority) if by else ""
        context.current.set(CallContext(authority, service, access_token=token))
        return self._peer(service).call(rpc, request)

    def close(self) -> None:
        for peer in self._peers.values():
            peer.close()

    def _peer(self, service: str) -> Peer:
        if service not in self._peers:
            tokens = ServiceTokens(service, self._keys)
            self._peers[service] = Peer(_DESCRIPTOR, "partner", self._address, tokens)
        return self._peers[service]

    # What partners do

    def register(self, by: Person | None = None, **changes: Any) -> Any:
        """A cinema in Rouen, or another partner."""
        request = registration(**changes)
        return self.call("RegisterPartner", request, by or self.owner).partner

    def see(self, partner_id: str, by: Person | None = None) -> Any:
        return self.call("GetPartner", org_pb.GetPartnerRequest(partner_id=partner_id), by or self.owner).partner

    def upload(self, partner_id: str, *kinds: str, by: Person | None = None, content: bytes = PDF) -> Any:
        for kind in kinds:
            request = org_pb.UploadDocumentRequest(
                partner_id=partner_id, kind=kind, filename=f"{kind}.pdf", content=content
            )
            document = self.call("UploadDocument", request, by or self.owner).document
        return document

    def apply(self, partner_id: str, category: str, scheme: str = CULTURE, by: Person | None = None) -> Any:
        request = acc_pb.ApplyForAccreditationRequest(
            partner_id=partner_id, scheme=scheme, season=SEASON, category=category
        )
        return self.call("ApplyForAccreditation", request, by or self.owner).accreditation

    def sign(self, partner_id: str, scheme: str = CULTURE, **changes: Any) -> None:
        fields = {"partner_id": partner_id, "scheme": scheme, "season": SEASON, "charter_version": CHARTER}
        request = acc_pb.SignCharterRequest(**{**fields, "sworn": True, **changes})
        self.call("SignCharter", request, self.owner)

    def submit(self, accreditation: Any) -> Any:
        request = acc_pb.SubmitApplicationRequest(
            partner_id=accreditation.partner_id, accreditation_id=accreditation.accreditation_id
        )
        return self.call("SubmitApplication", request, self.owner).accreditation

    def submitted(self, partner: Any, category: str, scheme: str = CULTURE) -> Any:
        """An application with all that the rulebook asks for."""
        accreditation = self.apply(partner.partner_id, category, scheme)
        if accreditation.documents_missing:
            self.upload(partner.partner_id, *accreditation.documents_missing)
        self.sign(partner.partner_id, scheme)
        return self.submit(accreditation)

    def granted(self, partner: Any, category: str, scheme: str = CULTURE) -> Any:
        return self.decide(self.submitted(partner, category, scheme), accept=True)

    def send_iban(self, partner_id: str, iban: str = IBAN, holder: str = "SARL Omnia") -> Any:
        request = org_pb.SubmitIbanRequest(partner_id=partner_id, iban=iban, holder=holder)
        return self.call("SubmitIban", request, self.owner)

    # What staff and services do

    def decide(self, accreditation: Any, *, accept: bool, reason: str = "") -> Any:
        request = acc_pb.DecideAccreditationRequest(
            accreditation_id=accreditation.accreditation_id, accept=accept, reason=reason
        )
        return self.call("DecideAccreditation", request, self.instructor).accreditation

    def withdraw(self, accreditation: Any, reason: str = "Manquement à la charte.") -> Any:
        request = acc_pb.WithdrawAccreditationRequest(accreditation_id=accreditation.accreditation_id, reason=reason)
        return self.call("WithdrawAccreditation", request, self.instructor)

    def verify_iban(self, partner_id: str, *, accept: bool = True, reason: str = "") -> Any:
        request = org_pb.VerifyIbanRequest(partner_id=partner_id, accept=accept, reason=reason)
        return self.call("VerifyIban", request, self.payer)

    def accounts_to_pay(self, *partner_ids: str) -> list[tuple[str, int]]:
        """(IBAN, version) as payout is told."""
        request = org_pb.LookUpBankAccountsRequest(partner_ids=partner_ids)
        response = self.call("LookUpBankAccounts", request, service="payout")
        return [(account.iban, account.version) for account in response.accounts]

    def directory(self, **search: str) -> list[str]:
        response = self.call("SearchDirectory", acc_pb.SearchDirectoryRequest(**search))
        return [entry.public_name for entry in response.entries]

    # What happened

    def facts(self, fact: str) -> list[Any]:
        """The outbox's rows of one type, in order."""
        outbox = self.parts.platform.tables.outbox
        with self.parts.platform.database.transaction() as session:
            query = sa.select(outbox).where(outbox.c.type == type_of("partner", fact))
            return list(session.execute(query.order_by(outbox.c.sequence)))

    def play_due(self) -> int:
        """Play due jobs once; how many ended."""
        on = self.parts.platform
        return JobPlayer("partner", on.database, on.tables, on.clock, job_handlers(self.parts)).play_due()


def copy_accredited(stage: Stage, copies: int) -> None:
    """More partners like the only one there, each with its accreditation; named `Salle 001` and so on."""
    with stage.parts.platform.database.transaction() as session:
        session.execute(sa.text(_COPY_PARTNERS), {"copies": copies})
        session.execute(sa.text(_COPY_ACCREDITATIONS))


_COPY_PARTNERS = """
INSERT INTO partners
SELECT (jsonb_populate_record(p, jsonb_build_object(
    'partner_id', gen_random_uuid(), 'siret', lpad(n::text, 14, '0'),
    'public_name', 'Salle ' || lpad(n::text, 3, '0'), 'name_folded', 'salle' || lpad(n::text, 3, '0')))).*
FROM partners p, generate_series(1, :copies) n
"""
_COPY_ACCREDITATIONS = """
INSERT INTO accreditations
SELECT (jsonb_populate_record(a, jsonb_build_object(
    'accreditation_id', gen_random_uuid(), 'partner_id', p.partner_id))).*
FROM accreditations a, partners p WHERE p.partner_id <> a.partner_id
"""


def registration(**changes: Any) -> org_pb.RegisterPartnerRequest:
    """A cinema in Rouen; `flags` are its declarations."""
    flags = changes.pop("flags", {"projection_main_activity": True})
    declarations = [declaration(name, value) for name, value in flags.items()]
    address = org_pb.Address(street="28 rue Martainville", postal_code="76000", commune="76540", city="Rouen")
    fields: dict[str, Any] = {
        "siret": siret(1),
        "legal_name": "SARL Omnia",
        "public_name": "Cinéma Omnia",
        "kind": org_pb.PARTNER_KIND_COMPANY,
        "address": address,
        "declarations": declarations,
        "roles": ["service"],
    }
    return org_pb.RegisterPartnerRequest(**{**fields, **changes})


def lycee(**changes: Any) -> dict[str, Any]:
    """What a lycée registers with."""
    return {
        "siret": siret(9),
        "legal_name": "Lycée Pierre Corneille",
        "public_name": "Lycée Corneille",
        "kind": org_pb.PARTNER_KIND_PUBLIC_BODY,
        "roles": ["establishment"],
        "uai": "0760090K",
        "flags": {"establishment_kind": "lycee_public"},
        **changes,
    }


def declaration(name: str, value: bool | int | str | list[str]) -> org_pb.Declaration:
    if isinstance(value, list):
        return org_pb.Declaration(name=name, texts=org_pb.Texts(values=value))
    if isinstance(value, bool):
        return org_pb.Declaration(name=name, flag=value)
    if isinstance(value, int):
        return org_pb.Declaration(name=name, number=value)
    return org_pb.Declaration(name=name, text=value)


def siret(number: int) -> str:
    """A valid SIRET: the nth establishment of one made-up company, its last digit by Luhn."""
    start = "732829320" + f"{number:04d}"
    return next(f"{start}{digit}" for digit in range(10) if _luhn(f"{start}{digit}"))


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if index % 2 else 1) for index, d in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
