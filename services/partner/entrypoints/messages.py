"""What the doors answer, made from what the use cases answer."""

from __future__ import annotations

from atouts.partner.v1 import accreditations_pb2, organisations_pb2, proofs_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from services.partner.application.bank_accounts import WaitingIban
from services.partner.application.partners import PartnerFile
from services.partner.domain.accreditation import Accreditation, Dossier, State
from services.partner.domain.bank import IbanState
from services.partner.domain.declarations import Value
from services.partner.domain.delegates import Delegate
from services.partner.domain.documents import Document
from services.partner.domain.organisation import Partner, PartnerKind
from services.partner.domain.proofs import PayoutProof
from services.partner.store.views import Listed, Published


def partner(file: PartnerFile) -> organisations_pb2.Partner:
    known, shown = file.partner, file.bank_accounts.shown
    return organisations_pb2.Partner(
        partner_id=known.partner_id,
        siret=known.siret,
        legal_name=known.legal_name,
        public_name=known.public_name,
        kind=_kind(known.kind),
        address=organisations_pb2.Address(
            street=known.address.street,
            postal_code=known.address.postal_code,
            commune=known.address.commune,
            city=known.address.city,
        ),
        declarations=[_declaration(name, value) for name, value in sorted(known.declarations.items())],
        roles=sorted(known.roles),
        uai=known.uai,
        iban_state=iban_state(file.bank_accounts.state),
        iban_tail=shown.tail if shown else "",
        iban_reason=shown.reason if shown and shown.state is IbanState.REFUSED else "",
        documents=[document(one) for one in file.documents],
        delegates=[delegate(one) for one in file.delegates],
        accreditations=[dossier(one) for one in file.dossiers],
        version=known.version,
        staff_facts=[_declaration(name, value) for name, value in sorted(known.staff_facts.items())],
        payout_proofs=[payout_proof(one) for one in file.proofs],
    )


def payout_proof(known: PayoutProof, public_name: str = "") -> proofs_pb2.PayoutProof:
    return proofs_pb2.PayoutProof(
        partner_id=known.partner_id,
        scheme=known.scheme,
        season=known.season,
        hold_code=known.hold_code,
        state=f"PAYOUT_PROOF_STATE_{known.state.name}",
        document_id=known.document_id,
        declared=known.declared,
        reason=known.reason,
        version=known.version,
        public_name=public_name,
    )


def document(known: Document) -> organisations_pb2.Document:
    return organisations_pb2.Document(
        document_id=known.document_id, kind=known.kind, filename=known.filename, size_bytes=known.size_bytes
    )


def delegate(known: Delegate) -> organisations_pb2.Delegate:
    return organisations_pb2.Delegate(account_id=known.account_id, roles=sorted(known.roles))


def waiting_iban(known: WaitingIban) -> organisations_pb2.WaitingIban:
    submitted_at = Timestamp()
    submitted_at.FromDatetime(known.account.submitted_at)
    return organisations_pb2.WaitingIban(
        partner_id=known.partner.partner_id,
        public_name=known.partner.public_name,
        legal_name=known.partner.legal_name,
        iban=known.account.iban,
        holder=known.account.holder,
        version=known.account.version,
        submitted_at=submitted_at,
        documents=[document(one) for one in known.documents],
    )


def iban_state(state: IbanState) -> str:
    """The name of the proto's value, which protobuf takes for the value."""
    return f"IBAN_STATE_{state.name}"


def dossier(known: Dossier) -> accreditations_pb2.Accreditation:
    """With what its rulebook asks for."""
    message = accreditation(known.accreditation)
    message.charter_signed = known.charter_signed
    message.activity = known.activity
    message.tags.extend(known.tags)
    if known.agreement and known.agreement.until:
        message.agreement_until = known.agreement.until.isoformat()
    message.documents_missing.extend(needed.id for needed in known.documents_missing)
    message.conditions.extend(
        accreditations_pb2.Condition(code=reason.code, sentence=reason.sentence, source=reason.source, met=reason.met)
        for reason in known.reasons
    )
    return message


def accreditation(known: Accreditation) -> accreditations_pb2.Accreditation:
    """Its state alone, as other services keep it."""
    return accreditations_pb2.Accreditation(
        accreditation_id=known.accreditation_id,
        partner_id=known.partner_id,
        scheme=known.scheme,
        season=known.season,
        category=known.category,
        state=_state(known.state),
        reason=known.reason,
        version=known.version,
        withdrawal_pending=known.withdrawal_pending,
    )


def published_accreditation(known: Published) -> accreditations_pb2.Accreditation:
    """Its state, and what the partner declared itself to be."""
    message = accreditation(known.accreditation)
    message.activity = known.activity
    message.tags.extend(known.tags)
    return message


def public_partner(known: Partner) -> organisations_pb2.PublicPartner:
    return organisations_pb2.PublicPartner(
        partner_id=known.partner_id, public_name=known.public_name, city=known.address.city
    )


def application(known: Dossier, by: Partner) -> accreditations_pb2.Application:
    return accreditations_pb2.Application(accreditation=dossier(known), public_name=by.public_name, siret=by.siret)


def directory_entry(listed: Listed) -> accreditations_pb2.DirectoryEntry:
    return accreditations_pb2.DirectoryEntry(
        partner_id=listed.partner_id,
        public_name=listed.public_name,
        street=listed.street,
        postal_code=listed.postal_code,
        city=listed.city,
        categories=listed.categories,
    )


def _declaration(name: str, value: Value) -> organisations_pb2.Declaration:
    if isinstance(value, bool):
        return organisations_pb2.Declaration(name=name, flag=value)
    if isinstance(value, int):
        return organisations_pb2.Declaration(name=name, number=value)
    if isinstance(value, list):
        return organisations_pb2.Declaration(name=name, texts=organisations_pb2.Texts(values=value))
    return organisations_pb2.Declaration(name=name, text=value)


def _kind(kind: PartnerKind) -> str:
    return f"PARTNER_KIND_{kind.name}"


def _state(state: State) -> str:
    return f"ACCREDITATION_STATE_{state.name}"
