"""Bons plans that are published: who is registered, who came, and running a draw once registrations are over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from atouts.bonplan.v1 import offers_pb2, registrations_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import BULK_S, SLOW_S, rpc
from gateway.schemas.fields import OneOf
from gateway.web.forms import FormSchema, NoFields, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.space import partner_names
from gateway.web.pages.staff_queues import Queue
from gateway.web.visit import View, Visit

_LIST = "/agents/bons-plans/publies"
_ONE = _LIST + "/{offer_id}"
_PUBLISHED = Queue(
    lambda: rpc("bonplan", "ListOffers"), lambda token: offers_pb2.ListOffersRequest(page_token=token), "offers"
)
_STATES: Mapping[int, str] = {
    offers_pb2.OFFER_STATE_PUBLISHED: "Publié",
    offers_pb2.OFFER_STATE_CLOSED: "Inscriptions closes",
    offers_pb2.OFFER_STATE_DRAWN: "Tirage effectué",
}
_REGISTERED: Mapping[int, str] = {
    registrations_pb2.REGISTRATION_STATE_WAITING: "Attend le tirage",
    registrations_pb2.REGISTRATION_STATE_WON: "A une place",
    registrations_pb2.REGISTRATION_STATE_LOST: "Sans place",
    registrations_pb2.REGISTRATION_STATE_WITHDRAWN: "S’est retiré",
}
_ATTENDED: Mapping[int, str] = {
    registrations_pb2.ATTENDANCE_CAME: "Présent",
    registrations_pb2.ATTENDANCE_ABSENT: "Absent",
}
_CAME = {"oui": registrations_pb2.ATTENDANCE_CAME, "non": registrations_pb2.ATTENDANCE_ABSENT}


class AttendanceForm(FormSchema):
    came = OneOf(*_CAME, required=True)


@page(_LIST, STAFF)
async def published(visit: Visit) -> View:
    """The last to close first."""
    found, more = await _PUBLISHED.page(visit, visit.query(PageToken).get("page_token", ""))
    values = {
        "offers": found,
        "states": _STATES,
        "partners": await partner_names(visit, {each.partner_id for each in found}),
        "next": more,
    }
    return View("agents/bons-plans-publies.html", values)


@page(
    _ONE,
    STAFF,
    done={"note": "La présence est notée.", "tire": "Le tirage est fait : les gagnants reçoivent un message."},
)
async def offer(visit: Visit) -> View:
    """Raises Problem 404 where nothing is published under this number."""
    request = offers_pb2.GetOfferRequest(offer_id=visit.id("offer_id"))
    found = (await visit.ask(rpc("bonplan", "GetOffer"), request)).offer
    entries = await _entries(visit)
    is_over = _is_over(visit, found)
    is_draw = found.kind == offers_pb2.OFFER_KIND_DRAW
    values = {
        "offer": found,
        "state": _STATES.get(found.state, ""),
        "partner": (await partner_names(visit, {found.partner_id})).get(found.partner_id, ""),
        "is_over": is_over,
        "may_draw": is_draw and is_over and found.state != offers_pb2.OFFER_STATE_DRAWN,
        "entries": entries.registrants,
        "registered": _REGISTERED,
        "attended": _ATTENDED,
        "won": registrations_pb2.REGISTRATION_STATE_WON,
        "next": entries.next_page_token,
    }
    return View("agents/bon-plan-publie.html", values)


@offer.act(AttendanceForm, _ONE + "/presences/{registration_id}")
async def record(visit: Visit, fields: Fields) -> Response:
    request = registrations_pb2.RecordAttendanceRequest(
        offer_id=visit.id("offer_id"), registration_id=visit.id("registration_id"), attendance=_CAME[fields["came"]]
    )
    await visit.ask(rpc("bonplan", "RecordAttendance"), request)
    return visit.go(f"{_LIST}/{visit.id('offer_id')}", done="note")


@offer.act(NoFields, _ONE + "/tirage")
async def draw(visit: Visit, _fields: Fields) -> Response:
    """Once: asked again, it is the same draw."""
    request = registrations_pb2.RunDrawRequest(offer_id=visit.id("offer_id"))
    await visit.ask(rpc("bonplan", "RunDraw", BULK_S), request)
    return visit.go(f"{_LIST}/{visit.id('offer_id')}", done="tire")


def _is_over(visit: Visit, found: Any) -> bool:
    """Whether nobody may register any more; its closing may still be on its way."""
    still_open = found.state == offers_pb2.OFFER_STATE_PUBLISHED
    return not still_open or visit.setting.clock.now() > found.closes_at.ToDatetime(tzinfo=UTC)


async def _entries(visit: Visit) -> registrations_pb2.ListRegistrantsResponse:
    token = visit.query(PageToken).get("page_token", "")
    request = registrations_pb2.ListRegistrantsRequest(offer_id=visit.id("offer_id"), page_token=token)
    found: registrations_pb2.ListRegistrantsResponse = await visit.ask(
        rpc("bonplan", "ListRegistrants", SLOW_S), request
    )
    return found
