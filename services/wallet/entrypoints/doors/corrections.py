"""Staff put a wallet right, and payout's clawbacks."""

from __future__ import annotations

from uuid import UUID

from atouts.wallet.v1 import corrections_pb2 as pb
from google.protobuf.message import Message

from chassis.errors import Malformed
from chassis.work import Work
from services.wallet.application import clawbacks
from services.wallet.application import corrections as use_cases
from services.wallet.application.idempotency import RequestKey, hash_request
from services.wallet.bootstrap import Parts
from services.wallet.domain.correction import Correction, CorrectionState
from services.wallet.domain.wallet import Adjustment
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.holder import wallet_messages
from services.wallet.entrypoints.doors.times import timestamp
from services.wallet.store import corrections, views
from services.wallet.store.clawbacks import Clawback

_STATES = {
    CorrectionState.PROPOSED: pb.CORRECTION_STATE_PROPOSED,
    CorrectionState.CONFIRMED: pb.CORRECTION_STATE_CONFIRMED,
    CorrectionState.DROPPED: pb.CORRECTION_STATE_DROPPED,
}
_STATE_OF_WIRE = {wire: state for state, wire in _STATES.items()}


class CorrectionDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def list_membership_wallets(
        self, work: Work, request: pb.ListMembershipWalletsRequest
    ) -> pb.ListMembershipWalletsResponse:
        found = views.wallets_of_membership(work, parse.identifier("membership_id", request.membership_id))
        return pb.ListMembershipWalletsResponse(wallets=wallet_messages(work, self._parts.rules, found))

    def propose_correction(self, work: Work, request: pb.ProposeCorrectionRequest) -> pb.ProposeCorrectionResponse:
        command = _command(request)
        key = self._key(work, "propose_correction", request)
        correction_id = use_cases.propose(work, self._parts.rules, key, command)
        return pb.ProposeCorrectionResponse(correction=_known(work, correction_id))

    def confirm_correction(self, work: Work, request: pb.ConfirmCorrectionRequest) -> pb.ConfirmCorrectionResponse:
        correction_id = parse.identifier("correction_id", request.correction_id)
        key = self._key(work, "confirm_correction", request)
        use_cases.confirm(work, self._parts.rules, key, correction_id)
        return pb.ConfirmCorrectionResponse(correction=_known(work, correction_id))

    def drop_correction(self, work: Work, request: pb.DropCorrectionRequest) -> pb.DropCorrectionResponse:
        correction_id = parse.identifier("correction_id", request.correction_id)
        use_cases.drop(work, correction_id)
        return pb.DropCorrectionResponse(correction=_known(work, correction_id))

    def search_corrections(self, work: Work, request: pb.SearchCorrectionsRequest) -> pb.SearchCorrectionsResponse:
        state = _STATE_OF_WIRE.get(request.state, CorrectionState.PROPOSED)
        found, next_page_token = corrections.page(work, state, request.page_token)
        return pb.SearchCorrectionsResponse(
            corrections=[_message(each) for each in found], next_page_token=next_page_token
        )

    def record_clawback(self, work: Work, request: pb.RecordClawbackRequest) -> pb.RecordClawbackResponse:
        clawback = Clawback(
            parse.identifier("clawback_id", request.clawback_id),
            parse.identifier("debit_id", request.debit_id),
            parse.identifier("partner_id", request.partner_id),
            parse.positive_cents("amount_cents", request.amount_cents),
        )
        transfer_id = clawbacks.record(work, self._parts.rules, clawback)
        return pb.RecordClawbackResponse(transfer_id=str(transfer_id))

    def _key(
        self, work: Work, operation: str, request: pb.ProposeCorrectionRequest | pb.ConfirmCorrectionRequest
    ) -> RequestKey:
        return RequestKey(
            f"account:{work.context.account_id}",
            operation,
            parse.idempotency_key(request.idempotency_key),
            hash_request(self._parts.request_key, _bytes_of(request)),
        )


def _bytes_of(request: Message) -> bytes:
    return request.SerializeToString(deterministic=True)


def _command(request: pb.ProposeCorrectionRequest) -> use_cases.ProposeCorrection:
    """Raises Malformed."""
    reason = parse.reason(request.reason)
    if bool(request.debit_id) == bool(request.wallet_id):
        raise Malformed(
            "wallet_id",
            "Indiquez soit le porte-monnaie et le montant, soit le débit à annuler.",
            "Name either the wallet and the amount, or the debit to be undone.",
        )
    if request.debit_id:
        return use_cases.ProposeCorrection(reason, debit_id=parse.identifier("debit_id", request.debit_id))
    cents = parse.signed_cents("amount_cents", request.amount_cents)
    if request.uses and (request.uses > 0) != (cents > 0):
        raise Malformed(
            "uses",
            "Les tickets suivent le montant : ajoutés avec lui, ou retirés avec lui.",
            "Uses have the amount's sign.",
        )
    wallet_id = parse.identifier("wallet_id", request.wallet_id)
    return use_cases.ProposeCorrection(reason, wallet_id, Adjustment(cents, request.uses))


def _known(work: Work, correction_id: UUID) -> pb.Correction:
    correction = corrections.lock(work, correction_id)
    assert correction is not None
    return _message(correction)


def _message(correction: Correction) -> pb.Correction:
    return pb.Correction(
        correction_id=str(correction.correction_id),
        wallet_id=str(correction.wallet_id),
        amount_cents=correction.adjustment.amount_cents,
        uses=correction.adjustment.uses,
        debit_id=str(correction.debit_id or ""),
        reason=correction.reason,
        state=_STATES[correction.state],
        proposed_by=correction.proposed_by,
        proposed_at=timestamp(correction.proposed_at),
        decided_by=correction.decided_by or "",
        decided_at=timestamp(correction.decided_at) if correction.decided_at else None,
    )
