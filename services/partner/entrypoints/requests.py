"""Reading of requests: what is malformed is refused here, before any rule."""

from __future__ import annotations

import uuid

from atouts.partner.v1 import accreditations_pb2, organisations_pb2, proofs_pb2

from chassis.errors import Malformed
from services.partner.application.partners import RegisterPartner
from services.partner.application.proofs import SubmitPayoutProof
from services.partner.domain.accreditation import State
from services.partner.domain.declarations import Value
from services.partner.domain.organisation import Address, PartnerKind
from services.partner.domain.proofs import ProofPlace, ProofState

MOST_IDS = 1_000
_STATE_PREFIX, _KIND_PREFIX, _PROOF_PREFIX = "ACCREDITATION_STATE_", "PARTNER_KIND_", "PAYOUT_PROOF_STATE_"
NamesProof = proofs_pb2.SubmitPayoutProofRequest | proofs_pb2.DecidePayoutProofRequest


def identifier(value: str, field: str) -> str:
    """A uuid in its usual form. Raises Malformed."""
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise Malformed(field, "Cet identifiant n'est pas valide.", "not an identifier") from None


def identifiers(values: list[str], field: str) -> list[str]:
    """Raises Malformed, also past MOST_IDS."""
    if len(values) > MOST_IDS:
        raise Malformed(field, f"Demandez {MOST_IDS} identifiants au plus.", f"{MOST_IDS} ids at most")
    return [identifier(value, field) for value in values]


def state_or_submitted(value: accreditations_pb2.AccreditationState) -> State:
    """Unspecified means submitted. Raises Malformed."""
    if not value:
        return State.SUBMITTED
    try:
        name = accreditations_pb2.AccreditationState.Name(value)
    except ValueError:
        raise Malformed("state", "Cet état n'existe pas.", "unknown state") from None
    return State(name.removeprefix(_STATE_PREFIX).lower())


def registration(request: organisations_pb2.RegisterPartnerRequest) -> RegisterPartner:
    """Raises Malformed."""
    address = request.address
    return RegisterPartner(
        siret=request.siret,
        legal_name=request.legal_name,
        public_name=request.public_name,
        kind=_kind(request.kind),
        address=Address(address.street, address.postal_code, address.commune, address.city),
        declarations={declaration.name: value_of(declaration) for declaration in request.declarations},
        roles=tuple(request.roles),
        uai=request.uai,
    )


def _kind(value: organisations_pb2.PartnerKind) -> PartnerKind:
    try:
        name = organisations_pb2.PartnerKind.Name(value)
        return PartnerKind(name.removeprefix(_KIND_PREFIX).lower())
    except ValueError:
        sentence = "Indiquez la nature de la structure : entreprise, association ou organisme public."
        raise Malformed("kind", sentence, "company, association or public_body") from None


def value_of(declaration: organisations_pb2.Declaration) -> Value:
    chosen = declaration.WhichOneof("value")
    if chosen == "texts":
        return list(declaration.texts.values)
    value: Value = getattr(declaration, chosen) if chosen else ""
    return value


def proof_place(request: NamesProof) -> ProofPlace:
    """Raises Malformed."""
    partner_id = identifier(request.partner_id, "partner_id")
    return ProofPlace(partner_id, request.scheme, request.season, request.hold_code)


def proof_sent(request: proofs_pb2.SubmitPayoutProofRequest) -> SubmitPayoutProof:
    """Raises Malformed where not exactly one of a document and a declaration is sent."""
    if bool(request.document_id) is request.not_concerned:
        sentence = "Envoyez une pièce, ou bien déclarez que vous n'êtes pas concerné."
        raise Malformed("document_id", sentence, "send a document, or else declare that you are not concerned")
    document_id = identifier(request.document_id, "document_id") if request.document_id else ""
    return SubmitPayoutProof(proof_place(request), document_id)


def proof_state(value: proofs_pb2.PayoutProofState) -> ProofState:
    """Unspecified means submitted. Raises Malformed."""
    if not value:
        return ProofState.SUBMITTED
    try:
        return ProofState(proofs_pb2.PayoutProofState.Name(value).removeprefix(_PROOF_PREFIX).lower())
    except ValueError:
        raise Malformed("state", "Cet état n'existe pas.", "unknown state") from None
