"""Proofs that payouts wait for: sent or declared by the partner, decided by staff, told to payout."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.work import Work
from services.partner.application.dossiers import rulebook_of
from services.partner.application.ports import Ports
from services.partner.domain.errors import ProofUnknown
from services.partner.domain.proofs import PayoutProof, ProofPlace, ProofState, declared, hold_asked, submitted
from services.partner.domain.texts import written_reason


@dataclass(frozen=True, slots=True)
class SubmitPayoutProof:
    """`document_id`: sent before; empty where the partner declares that it is not concerned."""

    place: ProofPlace
    document_id: str


@dataclass(frozen=True, slots=True)
class DecidePayoutProof:
    """Staff's decision."""

    place: ProofPlace
    accept: bool
    reason: str


def submit_proof(work: Work, ports: Ports, command: SubmitPayoutProof) -> PayoutProof:
    """Raises SchemeUnknown, ProofNotAsked, DocumentUnknown, ProofOfAnotherKind, NothingToDeclare, AlreadyProven."""
    place = command.place
    rulebook = rulebook_of(work, ports, place.scheme, place.season)
    hold = hold_asked(rulebook, place.hold_code)
    ports.partners.lock(work, place.partner_id)
    known = ports.proofs.find(work, place)
    if command.document_id:
        document = ports.documents.get(work, place.partner_id, command.document_id)
        proof = submitted(known, rulebook, place.partner_id, hold, document)
    else:
        proof = declared(known, rulebook, place.partner_id, hold)
    return _kept(work, ports, proof, "submit_payout_proof")


def decide_proof(work: Work, ports: Ports, command: DecidePayoutProof) -> PayoutProof:
    """Raises PartnerUnknown, ProofUnknown, ProofNotSubmitted, ReasonNeeded, TextRefused."""
    reason = written_reason(command.reason)
    ports.partners.lock(work, command.place.partner_id)
    known = ports.proofs.find(work, command.place)
    if known is None:
        raise ProofUnknown
    proof = known.decided(command.accept, reason)
    return known if proof == known else _kept(work, ports, proof, "decide_payout_proof")


def _kept(work: Work, ports: Ports, proof: PayoutProof, act: str) -> PayoutProof:
    ports.proofs.save(work, proof)
    work.audit(
        act, proof.partner_id, after={"hold_code": proof.hold_code, "state": proof.state, "scheme": proof.scheme}
    )
    if proof.state is ProofState.ACCEPTED:
        _publish(work, proof)
    return proof


def _publish(work: Work, proof: PayoutProof) -> None:
    data = {
        "partner_id": proof.partner_id,
        "scheme": proof.scheme,
        "season": proof.season,
        "hold_code": proof.hold_code,
        "version": proof.version,
    }
    subject = f"{proof.partner_id}/{proof.scheme}/{proof.season}/{proof.hold_code}"
    work.publish("payout_proof_accepted", subject, proof.version, data)
