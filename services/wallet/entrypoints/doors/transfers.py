"""Another operator's site asks for a whole balance, under its own reference."""

from __future__ import annotations

from concurrent.futures import Future

from atouts.wallet.v1 import transfers_pb2 as pb

from chassis import trace
from chassis.errors import Operational
from chassis.grpc_server import Call, direct
from services.wallet.application import transfers
from services.wallet.application.debit_group import DebitAnswer
from services.wallet.application.idempotency import hash_request
from services.wallet.application.outcomes import Receipt
from services.wallet.bootstrap import Parts
from services.wallet.domain.debit import EXTERNAL, DebitWallet
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.shown_codes import code_proof
from services.wallet.entrypoints.doors.till import ANSWER_WITHIN_S, receipt_message


class TransferDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @direct
    def transfer(self, call: Call, request: pb.TransferRequest) -> pb.TransferResponse:
        """What fell due meanwhile is credited in a transaction of its own; then it is a debit of its group."""
        parts, order = self._parts, self._order(call, request)
        parts.platform.database.run(
            lambda session: transfers.prepare(parts.platform.work(session, call.context), parts.rules, order)
        )
        answer = self._decided(call, order)
        if not isinstance(answer.result, Receipt):
            raise answer.result
        return self._response(call, order, answer.result, replayed=answer.replayed)

    def _decided(self, call: Call, order: DebitWallet) -> DebitAnswer:
        """Its group's answer. Raises Overloaded, and Operational where none came in time: the same key tells."""
        waiting: Future[DebitAnswer | Exception] = Future()
        self._parts.debits.submit(order, min(call.deadline_s, ANSWER_WITHIN_S), waiting.set_result)
        try:
            found = waiting.result(call.deadline_s)
        except TimeoutError as error:
            raise Operational("the debit's group has not answered") from error
        if isinstance(found, Exception):
            raise found
        return found

    def _response(self, call: Call, order: DebitWallet, receipt: Receipt, *, replayed: bool) -> pb.TransferResponse:
        parts = self._parts
        stated = parts.platform.database.run(
            lambda session: transfers.stated(parts.platform.work(session, call.context), parts.rules, receipt)
        )
        return pb.TransferResponse(
            receipt=receipt_message(receipt),
            reference=order.reference,
            units=receipt.amount_cents // stated.unit_cents if stated else 0,
            unit=stated.unit if stated else "",
            replayed=replayed,
        )

    def _order(self, call: Call, request: pb.TransferRequest) -> DebitWallet:
        """Raises Malformed."""
        authority_id = call.context.authority_id
        said = b"transfer/" + request.SerializeToString(deterministic=True)
        return DebitWallet(
            authority_id=authority_id,
            account_id=call.context.account_id,
            partner_id=parse.identifier("partner_id", request.partner_id),
            key=parse.idempotency_key(request.idempotency_key),
            request_hash=hash_request(self._parts.request_key, said),
            scheme=parse.name("scheme", request.scheme),
            season=parse.name("season", request.season),
            benefit=parse.name("benefit", request.benefit),
            device="",
            proof=code_proof(self._parts, authority_id, request.code),
            traceparent=trace.current.get(),
            direct_channel=EXTERNAL,
            reference=parse.transfer_reference(request.reference),
        )
