"""Clawbacks, for staff."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb

from chassis.errors import Malformed
from chassis.work import Work
from services.payout.application.clawing_back import (
    ProposeClawback,
    approve_clawback,
    drop_clawback,
    propose_clawback,
)
from services.payout.application.idempotency import once
from services.payout.domain.clawback import ClawbackState
from services.payout.entrypoints.doors.messages import clawback_message, listed_clawback_message
from services.payout.entrypoints.doors.parsing import cents_of, idempotency_key_of, text_of, uuid_of
from services.payout.store.views import PageTokenUnreadable, page_of_clawbacks

_REASON_LENGTH = 300


class ClawbackDoor:
    """What partners pay back: proposed by one person, approved by another."""

    def list_clawbacks(self, work: Work, request: pb.ListClawbacksRequest) -> pb.ListClawbacksResponse:
        try:
            page = page_of_clawbacks(work, _state_of(request.state), request.page_token)
        except (PageTokenUnreadable, ValueError):
            raise Malformed("page_token", "Cette page n'existe pas.", "There is no such page.") from None
        messages = [listed_clawback_message(each) for each in page.clawbacks]
        return pb.ListClawbacksResponse(clawbacks=messages, next_page_token=page.next_page_token)

    def propose_clawback(self, work: Work, request: pb.ProposeClawbackRequest) -> pb.ProposeClawbackResponse:
        key = idempotency_key_of(request.idempotency_key)
        order = ProposeClawback(
            uuid_of(request.debit_id, "debit_id"),
            cents_of(request.amount_cents, "amount_cents"),
            text_of(request.reason, "reason", _REASON_LENGTH),
        )

        def act() -> bytes:
            proposed = clawback_message(propose_clawback(work, order))
            return pb.ProposeClawbackResponse(clawback=proposed).SerializeToString()

        answer = once(work, "ProposeClawback", key, repr(order).encode(), act)
        return pb.ProposeClawbackResponse.FromString(answer)

    def approve_clawback(self, work: Work, request: pb.ApproveClawbackRequest) -> pb.ApproveClawbackResponse:
        key = idempotency_key_of(request.idempotency_key)
        clawback_id = uuid_of(request.clawback_id, "clawback_id")

        def act() -> bytes:
            approved = clawback_message(approve_clawback(work, clawback_id))
            return pb.ApproveClawbackResponse(clawback=approved).SerializeToString()

        answer = once(work, "ApproveClawback", key, clawback_id.encode(), act)
        return pb.ApproveClawbackResponse.FromString(answer)

    def drop_clawback(self, work: Work, request: pb.DropClawbackRequest) -> pb.DropClawbackResponse:
        dropped = drop_clawback(work, uuid_of(request.clawback_id, "clawback_id"))
        return pb.DropClawbackResponse(clawback=clawback_message(dropped))


def _state_of(value: pb.ClawbackState) -> ClawbackState | None:
    """None for unspecified: all states."""
    name = pb.ClawbackState.Name(value).removeprefix("CLAWBACK_STATE_")
    return None if name == "UNSPECIFIED" else ClawbackState[name]
