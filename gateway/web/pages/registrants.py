"""Who is registered for a bon plan, who came, and its draw: the same for its partner and for staff."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from atouts.bonplan.v1 import offers_pb2, registrations_pb2

from gateway.bodies import Fields
from gateway.contracts import BULK_S, SLOW_S, rpc
from gateway.schemas.fields import OneOf
from gateway.web import words
from gateway.web.forms import FormSchema, PageToken
from gateway.web.visit import Visit

_CAME = {"oui": registrations_pb2.ATTENDANCE_CAME, "non": registrations_pb2.ATTENDANCE_ABSENT}
DONE = {"note": "La présence est notée.", "tire": "Le tirage est fait : les gagnants reçoivent un message."}


class AttendanceForm(FormSchema):
    came = OneOf(*_CAME, required=True)


def is_over(visit: Visit, offer: offers_pb2.Offer) -> bool:
    """Whether nobody may register any more; its closing may still be on its way."""
    still_open = offer.state == offers_pb2.OFFER_STATE_PUBLISHED
    return not still_open or visit.setting.clock.now() > offer.closes_at.ToDatetime(tzinfo=UTC)


async def shown(visit: Visit, partner_id: str = "") -> dict[str, Any]:
    """What `inscrits.html` draws of the bon plan in the path, for staff or for its partner. Raises Problem."""
    token = visit.query(PageToken).get("page_token", "")
    request = registrations_pb2.ListRegistrantsRequest(
        offer_id=visit.id("offer_id"), partner_id=partner_id, page_token=token
    )
    found = await visit.ask(rpc("bonplan", "ListRegistrants", SLOW_S), request)
    return {
        "entries": found.registrants,
        "registered": words.REGISTRATION_STATES,
        "attended": words.ATTENDANCES,
        "won": registrations_pb2.REGISTRATION_STATE_WON,
        "next": found.next_page_token,
    }


async def record(visit: Visit, fields: Fields, partner_id: str = "") -> None:
    """Whether the one in the path came. Raises Problem."""
    request = registrations_pb2.RecordAttendanceRequest(
        offer_id=visit.id("offer_id"),
        partner_id=partner_id,
        registration_id=visit.id("registration_id"),
        attendance=_CAME[fields["came"]],
    )
    await visit.ask(rpc("bonplan", "RecordAttendance"), request)


async def draw(visit: Visit, partner_id: str = "") -> None:
    """Once: asked again, it is the same draw, which anybody may make again from the public page. Raises Problem."""
    request = registrations_pb2.RunDrawRequest(offer_id=visit.id("offer_id"), partner_id=partner_id)
    await visit.ask(rpc("bonplan", "RunDraw", BULK_S), request)
