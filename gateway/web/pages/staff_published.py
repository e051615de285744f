"""Bons plans that are published: who is registered, who came, and running a draw once registrations are over."""

from __future__ import annotations

from atouts.bonplan.v1 import offers_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.web import words
from gateway.web.forms import NoFields, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages import registrants
from gateway.web.pages.registrants import AttendanceForm
from gateway.web.pages.space import partner_names
from gateway.web.pages.staff_queues import Queue
from gateway.web.visit import View, Visit

_LIST = "/agents/bons-plans/publies"
_ONE = _LIST + "/{offer_id}"
_PUBLISHED = Queue(
    lambda: rpc("bonplan", "ListOffers"), lambda token: offers_pb2.ListOffersRequest(page_token=token), "offers"
)


@page(_LIST, STAFF)
async def published(visit: Visit) -> View:
    """The last to close first."""
    found, more = await _PUBLISHED.page(visit, visit.query(PageToken).get("page_token", ""))
    values = {
        "offers": found,
        "states": words.OFFER_STATES,
        "partners": await partner_names(visit, {each.partner_id for each in found}),
        "next": more,
    }
    return View("agents/bons-plans-publies.html", values)


@page(_ONE, STAFF, done=registrants.DONE)
async def offer(visit: Visit) -> View:
    """Raises Problem 404 where nothing is published under this number."""
    request = offers_pb2.GetOfferRequest(offer_id=visit.id("offer_id"))
    found = (await visit.ask(rpc("bonplan", "GetOffer"), request)).offer
    is_over = registrants.is_over(visit, found)
    is_draw = found.kind == offers_pb2.OFFER_KIND_DRAW
    values = {
        "offer": found,
        "state": words.OFFER_STATES.get(found.state, ""),
        "partner": (await partner_names(visit, {found.partner_id})).get(found.partner_id, ""),
        "is_over": is_over,
        "may_draw": is_draw and is_over and found.state != offers_pb2.OFFER_STATE_DRAWN,
        "shown": await registrants.shown(visit),
    }
    return View("agents/bon-plan-publie.html", values)


@offer.act(AttendanceForm, _ONE + "/presences/{registration_id}")
async def record(visit: Visit, fields: Fields) -> Response:
    await registrants.record(visit, fields)
    return visit.go(f"{_LIST}/{visit.id('offer_id')}", done="note")


@offer.act(NoFields, _ONE + "/tirage")
async def draw(visit: Visit, _fields: Fields) -> Response:
    await registrants.draw(visit)
    return visit.go(f"{_LIST}/{visit.id('offer_id')}", done="tire")
