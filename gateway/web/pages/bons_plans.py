"""Bons plans: what is offered, one's place in it, and a draw that anybody can check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atouts.bonplan.v1 import offers_pb2, registrations_pb2
from starlette.responses import Response

from chassis.context import AccountKind
from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.web.forms import NoFields, PageToken
from gateway.web.page import ANYBODY, page
from gateway.web.pages.space import partner_names, scheme_titles
from gateway.web.visit import View, Visit

_DONE = {"inscrit": "Ton inscription est enregistrée.", "retire": "Ton inscription est retirée."}
_KINDS: Mapping[int, str] = {
    offers_pb2.OFFER_KIND_REGISTRATION: "Sur inscription",
    offers_pb2.OFFER_KIND_DRAW: "Tirage au sort",
}
_OFFERS: Mapping[int, str] = {
    offers_pb2.OFFER_STATE_CLOSED: "Inscriptions closes",
    offers_pb2.OFFER_STATE_DRAWN: "Tirage effectué",
}
_REGISTRATIONS: Mapping[int, str] = {
    registrations_pb2.REGISTRATION_STATE_WAITING: "Tu participes au tirage au sort.",
    registrations_pb2.REGISTRATION_STATE_WON: "Tu as une place !",
    registrations_pb2.REGISTRATION_STATE_LOST: "Le tirage ne t’a pas donné de place cette fois.",
    registrations_pb2.REGISTRATION_STATE_WITHDRAWN: "Tu as retiré ton inscription.",
}


@page("/bons-plans", ANYBODY)
async def offers(visit: Visit) -> View:
    asked = offers_pb2.ListOffersRequest(page_token=visit.query(PageToken).get("page_token", ""))
    answer = await visit.ask(rpc("bonplan", "ListOffers"), asked)
    values = {
        "offers": answer.offers,
        "next": answer.next_page_token,
        "kinds": _KINDS,
        "states": _OFFERS,
        "partners": await partner_names(visit, {one.partner_id for one in answer.offers}),
    }
    return View("public/bons_plans.html", values)


@page("/bons-plans/{offer_id}", ANYBODY, done=_DONE)
async def offer(visit: Visit) -> View:
    asked = offers_pb2.GetOfferRequest(offer_id=visit.id("offer_id"))
    found = (await visit.ask(rpc("bonplan", "GetOffer"), asked)).offer
    registration = await _own_registration(visit, found.offer_id)
    values = {
        "offer": found,
        "kind": _KINDS.get(found.kind, ""),
        "state": _OFFERS.get(found.state, ""),
        "draw": await _draw(visit, found),
        "partner": (await partner_names(visit, {found.partner_id})).get(found.partner_id, ""),
        "title": scheme_titles(visit).get((found.scheme, found.season), found.scheme),
        "registration": registration,
        "registered": _REGISTRATIONS.get(registration.state, "") if registration else "",
        **_possible(visit, found, registration),
    }
    return View("public/bon_plan.html", values)


def _possible(visit: Visit, found: Any, registration: Any) -> dict[str, bool]:
    """Which buttons make sense; the service decides."""
    pb = registrations_pb2
    young = bool(visit.session and visit.session.kind is AccountKind.YOUNG)
    open_now = found.state == offers_pb2.OFFER_STATE_PUBLISHED
    holds = registration is not None and registration.state in (
        pb.REGISTRATION_STATE_WAITING,
        pb.REGISTRATION_STATE_WON,
    )
    return {
        "may_register": open_now and young and not holds,
        "may_withdraw": open_now and holds,
        "must_sign_in": open_now and visit.session is None,
    }


async def _draw(visit: Visit, found: Any) -> Any:
    if found.state != offers_pb2.OFFER_STATE_DRAWN:
        return None
    asked = registrations_pb2.GetDrawRequest(offer_id=found.offer_id)
    return (await visit.ask(rpc("bonplan", "GetDraw"), asked)).draw


async def _own_registration(visit: Visit, offer_id: str) -> Any:
    """The visitor's registration for this offer, withdrawn ones included; None for whoever has none."""
    if visit.session is None or visit.session.kind is not AccountKind.YOUNG:
        return None
    asked = registrations_pb2.ListMyRegistrationsRequest()
    while True:
        answer = await visit.ask(rpc("bonplan", "ListMyRegistrations"), asked)
        for one in answer.registrations:
            if one.offer.offer_id == offer_id:
                return one
        if not answer.next_page_token:
            return None
        asked = registrations_pb2.ListMyRegistrationsRequest(page_token=answer.next_page_token)


@offer.act(NoFields, "/bons-plans/{offer_id}/inscription")
async def register(visit: Visit, _fields: Fields) -> Response:
    offer_id = visit.id("offer_id")
    await visit.ask(rpc("bonplan", "Register"), registrations_pb2.RegisterRequest(offer_id=offer_id))
    return visit.go(f"/bons-plans/{offer_id}", done="inscrit")


@offer.act(NoFields, "/bons-plans/{offer_id}/retrait")
async def withdraw(visit: Visit, _fields: Fields) -> Response:
    offer_id = visit.id("offer_id")
    await visit.ask(rpc("bonplan", "Withdraw"), registrations_pb2.WithdrawRequest(offer_id=offer_id))
    return visit.go(f"/bons-plans/{offer_id}", done="retire")
