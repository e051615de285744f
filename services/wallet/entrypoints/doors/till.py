"""At the till: present, debit, cancel, list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import datetime

from atouts.wallet.v1 import debits_pb2 as pb

from chassis import trace
from chassis.grpc_server import Answer, Call, direct, late
from chassis.work import Work
from services.wallet.application import cancellations, cards
from services.wallet.application.debit_group import DebitAnswer
from services.wallet.application.holder_checks import ShowHolder
from services.wallet.application.idempotency import RequestKey, hash_request
from services.wallet.application.outcomes import Receipt
from services.wallet.bootstrap import CODES_AT_ONCE, CODES_WAITING, Parts
from services.wallet.domain.debit import DebitWallet
from services.wallet.domain.errors import EchoOnlyForBenches
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.rights import access_message, spendable_message
from services.wallet.entrypoints.doors.shown_codes import direct_channel, till_proof
from services.wallet.entrypoints.doors.times import timestamp
from services.wallet.store import views

ANSWER_WITHIN_S = 5.0


class TillDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._code_threads = ThreadPoolExecutor(CODES_AT_ONCE + CODES_WAITING, thread_name_prefix="codes")

    def present_card(self, work: Work, request: pb.PresentCardRequest) -> pb.PresentCardResponse:
        command = cards.PresentCard(
            parse.identifier("partner_id", request.partner_id), parse.device(request.device), request.code
        )
        opened = cards.present_card(work, self._parts.code_keys, self._parts.rules, command)
        return pb.PresentCardResponse(
            presentation_id=str(opened.presentation.presentation_id),
            expires_at=timestamp(opened.presentation.expires_at),
            spendable=[spendable_message(found) for found in opened.spendable],
            accesses=[access_message(found) for found in opened.accesses],
            identity_shown=opened.identity_shown,
            photo_shown=opened.photo_shown,
        )

    @direct
    def show_holder(self, call: Call, request: pb.ShowHolderRequest) -> pb.ShowHolderResponse:
        """Identity tells, between transactions."""
        command = ShowHolder(
            parse.identifier("partner_id", request.partner_id),
            parse.identifier("presentation_id", request.presentation_id),
            parse.device(request.device),
        )
        holder = self._parts.holder_checks.show(call.context, command)
        return pb.ShowHolderResponse(given_name=holder.given_name, surname=holder.surname, photo=holder.photo)

    @late
    def debit(self, call: Call, request: pb.DebitRequest, answer: Answer) -> None:
        """Answered with its group: see application/debit_queue.py."""
        self._parts.debits.check_room()
        order = self._order(call, request)
        if request.secret_code:
            self._code_threads.submit(copy_context().run, self._debit_with_code, call, order, request, answer)
        else:
            self._submit(call, order, answer)

    def _debit_with_code(self, call: Call, order: DebitWallet, request: pb.DebitRequest, answer: Answer) -> None:
        """On a thread that may wait for a hash."""
        try:
            check = self._parts.secret_codes.try_for(call.context, order, request.secret_code)
            self._submit(call, replace(order, code_check=check), answer)
        except Exception as error:  # noqa: BLE001 - the answer of this call, as the door gives it
            answer(error)

    def _submit(self, call: Call, order: DebitWallet, answer: Answer) -> None:
        def told(found: DebitAnswer | Exception) -> None:
            answer(_debit_response(found) if isinstance(found, DebitAnswer) else found)

        self._parts.debits.submit(order, min(call.deadline_s, ANSWER_WITHIN_S), told)

    @late
    def echo_debit(self, _call: Call, request: pb.EchoDebitRequest, answer: Answer) -> None:
        """The same messages as a debit and nothing done: what the door alone costs."""
        if not self._parts.mode.clock_may_move:
            raise EchoOnlyForBenches
        receipt = pb.Receipt(
            debit_id=request.debit.idempotency_key,
            amount_cents=request.debit.amount_cents,
            scheme=request.debit.scheme,
            season=request.debit.season,
            benefit=request.debit.benefit,
        )
        answer(pb.EchoDebitResponse(debit=pb.DebitResponse(receipt=receipt)))

    def cancel_debit(self, work: Work, request: pb.CancelDebitRequest) -> pb.CancelDebitResponse:
        command = cancellations.CancelDebit(
            parse.identifier("partner_id", request.partner_id),
            parse.identifier("debit_id", request.debit_id),
            parse.identifier("presentation_id", request.presentation_id) if request.presentation_id else None,
        )
        key = RequestKey(
            f"partner:{command.partner_id}",
            "cancel",
            parse.idempotency_key(request.idempotency_key),
            hash_request(self._parts.request_key, request.SerializeToString(deterministic=True)),
        )
        outcome, replayed = cancellations.cancel_debit(work, self._parts.rules, key, command)
        return pb.CancelDebitResponse(
            cancellation_id=outcome["cancellation_id"],
            amount_cents=outcome["amount_cents"],
            occurred_at=timestamp(datetime.fromisoformat(outcome["occurred_at"])),
            replayed=replayed,
        )

    def list_partner_debits(self, work: Work, request: pb.ListPartnerDebitsRequest) -> pb.ListPartnerDebitsResponse:
        found, next_page_token = views.partner_debits(
            work,
            parse.identifier("partner_id", request.partner_id),
            parse.optional_day("from_day", request.from_day),
            parse.optional_day("to_day", request.to_day),
            request.page_token,
        )
        return pb.ListPartnerDebitsResponse(
            debits=[_partner_debit(debit) for debit in found], next_page_token=next_page_token
        )

    def _order(self, call: Call, request: pb.DebitRequest) -> DebitWallet:
        """Raises Malformed. A code that cannot be read is no proof, which is for the group to say: a known key
        is answered first."""
        return DebitWallet(
            authority_id=call.context.authority_id,
            account_id=call.context.account_id,
            partner_id=parse.identifier("partner_id", request.partner_id),
            key=parse.idempotency_key(request.idempotency_key),
            request_hash=hash_request(self._parts.request_key, request.SerializeToString(deterministic=True)),
            scheme=parse.name("scheme", request.scheme),
            season=parse.name("season", request.season),
            benefit=parse.name("benefit", request.benefit),
            amount_cents=parse.positive_cents("amount_cents", request.amount_cents),
            device=parse.device(request.device),
            proof=till_proof(self._parts, call.context.authority_id, request),
            traceparent=trace.current.get(),
            direct_channel=direct_channel(request),
        )


def _debit_response(found: DebitAnswer) -> pb.DebitResponse | Exception:
    if isinstance(found.result, Receipt):
        return pb.DebitResponse(receipt=receipt_message(found.result), replayed=found.replayed)
    return found.result


def receipt_message(receipt: Receipt) -> pb.Receipt:
    return pb.Receipt(
        debit_id=str(receipt.debit_id),
        amount_cents=receipt.amount_cents,
        balance_cents=receipt.balance_cents,
        occurred_at=timestamp(receipt.occurred_at),
        scheme=receipt.scheme,
        season=receipt.season,
        benefit=receipt.benefit,
    )


def _partner_debit(debit: views.PartnerDebit) -> pb.PartnerDebit:
    return pb.PartnerDebit(
        debit_id=str(debit.debit_id),
        scheme=debit.scheme,
        season=debit.season,
        benefit=debit.benefit,
        category=debit.category,
        amount_cents=debit.amount_cents,
        occurred_at=timestamp(debit.occurred_at),
        cancelled=debit.cancelled,
        channel=debit.channel,
    )
