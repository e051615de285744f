"""Rights without cents: their uses recorded and cancelled at the till, listed to holder and partner."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from atouts.wallet.v1 import access_uses_pb2 as pb

from chassis import trace
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.wallet.application import access_uses as use_cases
from services.wallet.application.idempotency import RequestKey, hash_request
from services.wallet.application.own_transaction import committed
from services.wallet.application.spendable import accesses_of
from services.wallet.bootstrap import Parts
from services.wallet.domain.access import Use
from services.wallet.domain.debit import RecordUse
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.rights import access_message
from services.wallet.entrypoints.doors.shown_codes import direct_channel, till_proof
from services.wallet.entrypoints.doors.times import timestamp
from services.wallet.store import access_uses


class AccessDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    # --- The till

    @direct
    def record_use(self, call: Call, request: pb.RecordUseRequest) -> pb.RecordUseResponse:
        """The secret code is tried in transactions of its own, before the use's."""
        order = self._order(call, request)
        if request.secret_code:
            check = self._parts.secret_codes.try_for(call.context, order, request.secret_code)
            order = replace(order, code_check=check)
        outcome, replayed = committed(
            self._parts.platform, call.context, lambda work: use_cases.record_use(work, self._parts.rules, order)
        )
        return pb.RecordUseResponse(
            use_id=outcome["use_id"],
            occurred_at=timestamp(datetime.fromisoformat(outcome["occurred_at"])),
            uses_left=outcome["uses_left"],
            replayed=replayed,
        )

    def cancel_use(self, work: Work, request: pb.CancelUseRequest) -> pb.CancelUseResponse:
        command = use_cases.CancelUse(
            parse.identifier("partner_id", request.partner_id),
            parse.identifier("use_id", request.use_id),
            parse.identifier("presentation_id", request.presentation_id) if request.presentation_id else None,
        )
        key = RequestKey(
            f"partner:{command.partner_id}",
            "cancel_use",
            parse.idempotency_key(request.idempotency_key),
            hash_request(self._parts.request_key, request.SerializeToString(deterministic=True)),
        )
        outcome, replayed = use_cases.cancel_use(work, self._parts.rules, key, command)
        cancelled_at = datetime.fromisoformat(outcome["cancelled_at"])
        return pb.CancelUseResponse(cancelled_at=timestamp(cancelled_at), replayed=replayed)

    def list_partner_uses(self, work: Work, request: pb.ListPartnerUsesRequest) -> pb.ListPartnerUsesResponse:
        found, next_page_token = access_uses.of_partner(
            work,
            parse.identifier("partner_id", request.partner_id),
            parse.optional_day("from_day", request.from_day),
            parse.optional_day("to_day", request.to_day),
            request.page_token,
        )
        return pb.ListPartnerUsesResponse(uses=[_use(each) for each in found], next_page_token=next_page_token)

    # --- The holder

    def list_accesses(self, work: Work, _request: pb.ListAccessesRequest) -> pb.ListAccessesResponse:
        found = accesses_of(work, self._parts.rules, UUID(work.context.account_id))
        return pb.ListAccessesResponse(accesses=[access_message(each) for each in found])

    def list_uses(self, work: Work, request: pb.ListUsesRequest) -> pb.ListUsesResponse:
        found, next_page_token = access_uses.of_person(work, UUID(work.context.account_id), request.page_token)
        return pb.ListUsesResponse(uses=[_use(each) for each in found], next_page_token=next_page_token)

    def _order(self, call: Call, request: pb.RecordUseRequest) -> RecordUse:
        """Raises Malformed."""
        return RecordUse(
            authority_id=call.context.authority_id,
            account_id=call.context.account_id,
            partner_id=parse.identifier("partner_id", request.partner_id),
            key=parse.idempotency_key(request.idempotency_key),
            request_hash=hash_request(self._parts.request_key, request.SerializeToString(deterministic=True)),
            scheme=parse.name("scheme", request.scheme),
            season=parse.name("season", request.season),
            benefit=parse.name("benefit", request.benefit),
            device=parse.device(request.device),
            proof=till_proof(self._parts, call.context.authority_id, request),
            traceparent=trace.current.get(),
            direct_channel=direct_channel(request),
        )


def _use(use: Use) -> pb.AccessUse:
    return pb.AccessUse(
        use_id=str(use.use_id),
        partner_id=str(use.partner_id),
        scheme=use.scheme,
        season=use.season,
        benefit=use.benefit,
        category=use.category,
        occurred_at=timestamp(use.occurred_at),
        cancelled=use.cancelled_at is not None,
        channel=use.channel,
    )
