"""Proofs that payouts wait for: sent by delegates, decided by staff, listed for payout too."""

from __future__ import annotations

from atouts.partner.v1 import proofs_pb2 as pb

from chassis.work import Work
from services.partner.application.proofs import DecidePayoutProof, decide_proof, submit_proof
from services.partner.bootstrap import Parts
from services.partner.entrypoints import messages
from services.partner.entrypoints.requests import proof_place, proof_sent, proof_state
from services.partner.store import views


class ProofDoor:
    """From what a partner sends to what payout is told."""

    def __init__(self, parts: Parts) -> None:
        self._ports = parts.ports

    def submit_payout_proof(self, work: Work, request: pb.SubmitPayoutProofRequest) -> pb.SubmitPayoutProofResponse:
        proof = submit_proof(work, self._ports, proof_sent(request))
        return pb.SubmitPayoutProofResponse(proof=messages.payout_proof(proof))

    def list_payout_proofs(self, work: Work, request: pb.ListPayoutProofsRequest) -> pb.ListPayoutProofsResponse:
        page, token = views.payout_proofs_in(work, proof_state(request.state), request.page_token)
        proofs = [messages.payout_proof(proof, public_name) for proof, public_name in page]
        return pb.ListPayoutProofsResponse(proofs=proofs, next_page_token=token)

    def decide_payout_proof(self, work: Work, request: pb.DecidePayoutProofRequest) -> pb.DecidePayoutProofResponse:
        command = DecidePayoutProof(proof_place(request), request.accept, request.reason)
        return pb.DecidePayoutProofResponse(proof=messages.payout_proof(decide_proof(work, self._ports, command)))
