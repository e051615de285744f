"""Holds, for staff."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb

from chassis.work import Work
from services.payout.application.holding import PlaceHold, lift_hold, place_hold
from services.payout.entrypoints.doors.messages import hold_message
from services.payout.entrypoints.doors.parsing import text_of, uuid_of
from services.payout.store.views import list_holds

_REASON_LENGTH = 300


class HoldDoor:
    """Keeping a partner's payouts back, and letting them go."""

    def list_holds(self, work: Work, request: pb.ListHoldsRequest) -> pb.ListHoldsResponse:
        found = list_holds(work, lifted_too=request.lifted)
        return pb.ListHoldsResponse(holds=[hold_message(hold) for hold in found])

    def place_hold(self, work: Work, request: pb.PlaceHoldRequest) -> pb.PlaceHoldResponse:
        order = PlaceHold(uuid_of(request.partner_id, "partner_id"), text_of(request.reason, "reason", _REASON_LENGTH))
        return pb.PlaceHoldResponse(hold=hold_message(place_hold(work, order)))

    def lift_hold(self, work: Work, request: pb.LiftHoldRequest) -> pb.LiftHoldResponse:
        return pb.LiftHoldResponse(hold=hold_message(lift_hold(work, uuid_of(request.hold_id, "hold_id"))))
