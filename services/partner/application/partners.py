"""Registration of an organisation, and what one looks like."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chassis.work import Work
from services.partner.application import delegates
from services.partner.application.dossiers import dossiers_of
from services.partner.application.ports import Ports
from services.partner.domain.accreditation import Dossier
from services.partner.domain.bank import BankAccounts
from services.partner.domain.declarations import Value
from services.partner.domain.delegates import Delegate, DelegateRole
from services.partner.domain.documents import Document
from services.partner.domain.errors import ReasonNeeded, SiretInvalid
from services.partner.domain.organisation import Address, Partner, PartnerKind, registered, roles_named
from services.partner.domain.proofs import PayoutProof
from services.partner.domain.texts import written_reason


@dataclass(frozen=True, slots=True)
class RegisterPartner:
    """As the caller states it; nothing is checked yet."""

    siret: str
    legal_name: str
    public_name: str
    kind: PartnerKind
    address: Address
    declarations: Mapping[str, Value]
    roles: tuple[str, ...]
    uai: str


@dataclass(frozen=True, slots=True)
class PartnerFile:
    """A partner with all that is its own."""

    partner: Partner
    documents: tuple[Document, ...]
    bank_accounts: BankAccounts
    delegates: tuple[Delegate, ...]
    dossiers: tuple[Dossier, ...]
    proofs: tuple[PayoutProof, ...]


@dataclass(frozen=True, slots=True)
class RecordStaffFact:
    """Staff say what is not the partner's to declare, and why."""

    partner_id: str
    name: str
    value: Value
    reason: str


def register(work: Work, ports: Ports, command: RegisterPartner) -> PartnerFile:
    """A new partner, whose principal delegate is the caller. Raises the refusals of registration."""
    siret = command.siret.replace(" ", "")
    if not ports.registers.is_siret(siret):
        raise SiretInvalid
    partner = registered(
        Partner(
            partner_id=str(uuid.uuid4()),
            siret=siret,
            legal_name=command.legal_name,
            public_name=command.public_name,
            kind=command.kind,
            address=command.address,
            declarations=command.declarations,
            roles=roles_named(command.roles),
            uai=command.uai,
            version=1,
        )
    )
    ports.partners.add(work, partner)
    principal = Delegate(work.context.account_id, frozenset({DelegateRole.PRINCIPAL}), version=1)
    delegates.keep(work, ports, partner.partner_id, principal)
    work.audit("register_partner", partner.partner_id)
    return file_of(work, ports, partner)


def record_staff_fact(work: Work, ports: Ports, command: RecordStaffFact) -> PartnerFile:
    """Raises PartnerUnknown, DeclarationRefused, ReasonNeeded, TextRefused."""
    reason = written_reason(command.reason)
    if not reason:
        raise ReasonNeeded
    known = ports.partners.lock(work, command.partner_id)
    recorded = known.recorded(command.name, command.value)
    ports.partners.save_staff_facts(work, recorded)
    before, after = ({"value": each.staff_facts.get(command.name)} for each in (known, recorded))
    subject = f"{command.partner_id}/{command.name}"
    work.audit("record_staff_fact", subject, before=before, after={**after, "reason": reason})
    return file_of(work, ports, recorded)


def file_of(work: Work, ports: Ports, partner: Partner) -> PartnerFile:
    return files_of(work, ports, [partner])[0]


def files_of(work: Work, ports: Ports, partners: Collection[Partner]) -> Sequence[PartnerFile]:
    """The files of several partners, in the order given."""
    partner_ids = [partner.partner_id for partner in partners]
    documents = ports.documents.of_partners(work, partner_ids)
    accounts = ports.accounts.of_partners(work, partner_ids)
    accreditations = ports.accreditations.of_partners(work, partner_ids)
    proofs = ports.proofs.of_partners(work, partner_ids)
    known = {partner.partner_id: partner for partner in partners}
    return [
        PartnerFile(
            partner,
            documents[partner_id],
            accounts[partner_id],
            ports.delegates.of_partner(work, partner_id).acting,
            tuple(dossiers_of(work, ports, accreditations[partner_id])),
            proofs[partner_id],
        )
        for partner_id, partner in known.items()
    ]


def public_by_ids(work: Work, ports: Ports, partner_ids: Iterable[str]) -> Sequence[Partner]:
    """Those that were ever listed, in the order of their names."""
    return [partner for partner in by_ids(work, ports, partner_ids) if partner.is_public]


def by_ids(work: Work, ports: Ports, partner_ids: Iterable[str]) -> Sequence[Partner]:
    """Those that exist, in the order of their names."""
    found = ports.partners.many(work, list(partner_ids)).values()
    return sorted(found, key=lambda partner: (partner.public_name, partner.partner_id))
