"""Draws: run by staff, or by the partner where its rulebook lets it; seen by everybody."""

from __future__ import annotations

from atouts.bonplan.v1 import registrations_pb2 as pb

from chassis.work import Work
from services.bonplan.application.drawing import run_draw, see_draw
from services.bonplan.bootstrap import Parts
from services.bonplan.entrypoints.doors.messages import draw_message
from services.bonplan.entrypoints.doors.parsing import partner_or_none, uuid_of


class DrawDoor:
    """The seed shows once the draw was run, and not before."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def run_draw(self, work: Work, request: pb.RunDrawRequest) -> pb.RunDrawResponse:
        offer_id, partner_id = uuid_of(request.offer_id, "offer_id"), partner_or_none(request.partner_id)
        draw, offer = run_draw(work, self._parts.seeds, offer_id, partner_id)
        return pb.RunDrawResponse(draw=draw_message(draw, offer))

    def get_draw(self, work: Work, request: pb.GetDrawRequest) -> pb.GetDrawResponse:
        draw, offer = see_draw(work, uuid_of(request.offer_id, "offer_id"))
        return pb.GetDrawResponse(draw=draw_message(draw, offer))
