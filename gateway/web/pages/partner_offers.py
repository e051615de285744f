"""A partner's bons plans: proposed, read again by staff, and once they are over, who comes."""

from __future__ import annotations

from atouts.bonplan.v1 import offers_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.web import words
from gateway.web.forms import NoFields, PageToken
from gateway.web.page import PARTNER, page
from gateway.web.pages import registrants
from gateway.web.pages.partner_offer_rules import may_draw
from gateway.web.pages.partner_space import OWN, own_path, run_partner
from gateway.web.pages.registrants import AttendanceForm
from gateway.web.pages.space import scheme_titles
from gateway.web.visit import View, Visit

_LIST = OWN + "/bons-plans"
_ONE = _LIST + "/{offer_id}"
_OVER = (pb.OFFER_STATE_CLOSED, pb.OFFER_STATE_DRAWN)


@page(_LIST, PARTNER, done={"propose": "Le bon plan est envoyé : un agent le relit avant publication."})
async def offers(visit: Visit) -> View:
    own = await run_partner(visit)
    token = visit.query(PageToken).get("page_token", "")
    found = await visit.ask(
        rpc("bonplan", "ListPartnerOffers"),
        pb.ListPartnerOffersRequest(partner_id=own.partner.partner_id, page_token=token),
    )
    values = {"own": own, "offers": found.offers, "states": words.OFFER_STATES, "next": found.next_page_token}
    return View("partenaire/bons-plans.html", values)


@page(_ONE, PARTNER, done=registrants.DONE)
async def offer(visit: Visit) -> View:
    own = await run_partner(visit)
    found = await _offer(visit)
    is_public = found.state in (pb.OFFER_STATE_PUBLISHED, *_OVER)
    is_over = is_public and registrants.is_over(visit, found)
    values = {
        "own": own,
        "offer": found,
        "state": words.OFFER_STATES.get(found.state, ""),
        "kind": words.OFFER_KINDS.get(found.kind, ""),
        "scheme_title": scheme_titles(visit).get((found.scheme, found.season), ""),
        "is_public": is_public,
        "is_over": is_over,
        "may_draw": is_over and found.state != pb.OFFER_STATE_DRAWN and may_draw(visit, found),
        "shown": await registrants.shown(visit, visit.id("partner_id")) if is_public else {},
    }
    return View("partenaire/bon-plan.html", values)


@offer.act(AttendanceForm, _ONE + "/presences/{registration_id}")
async def record(visit: Visit, fields: Fields) -> Response:
    await registrants.record(visit, fields, visit.id("partner_id"))
    return visit.go(own_path(visit, f"/bons-plans/{visit.id('offer_id')}"), done="note")


@offer.act(NoFields, _ONE + "/tirage")
async def draw(visit: Visit, _fields: Fields) -> Response:
    await registrants.draw(visit, visit.id("partner_id"))
    return visit.go(own_path(visit, f"/bons-plans/{visit.id('offer_id')}"), done="tire")


async def _offer(visit: Visit) -> pb.Offer:
    """One of the partner's own, in any state. Raises Problem 404."""
    token = ""
    while True:
        request = pb.ListPartnerOffersRequest(partner_id=visit.id("partner_id"), page_token=token)
        found = await visit.ask(rpc("bonplan", "ListPartnerOffers"), request)
        for each in found.offers:
            if each.offer_id == visit.id("offer_id"):
                own: pb.Offer = each
                return own
        token = found.next_page_token
        if not token:
            raise Problem(
                404,
                "unknown_offer",
                "Ce bon plan n'est pas des vôtres : choisissez-le dans la liste de vos bons plans.",
                "This offer is none of yours: choose one from your list.",
            )
