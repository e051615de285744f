"""A partner's bons plans: proposed, read again by staff, and once they are over, who comes."""

from __future__ import annotations

from datetime import UTC

from atouts.bonplan.v1 import offers_pb2 as pb
from atouts.bonplan.v1 import registrations_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import BULK_S, SLOW_S, rpc
from gateway.problems import Problem
from gateway.schemas.fields import Text
from gateway.web import words
from gateway.web.forms import FormSchema, NoFields, PageToken
from gateway.web.page import PARTNER, page
from gateway.web.pages.partner_offer_rules import may_draw
from gateway.web.pages.partner_space import OWN, own_path, run_partner
from gateway.web.pages.space import scheme_titles
from gateway.web.visit import View, Visit

_LIST = OWN + "/bons-plans"
_ONE = _LIST + "/{offer_id}"
_ATTENDED = {"oui": registrations_pb2.ATTENDANCE_CAME, "non": registrations_pb2.ATTENDANCE_ABSENT}
_OVER = (pb.OFFER_STATE_CLOSED, pb.OFFER_STATE_DRAWN)


class AttendanceForm(FormSchema):
    came = Text(3, required=True, pattern=("oui|non", "required"))


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


@page(
    _ONE,
    PARTNER,
    done={"note": "La présence est notée.", "tire": "Le tirage est fait : les gagnants sont prévenus."},
)
async def offer(visit: Visit) -> View:
    own = await run_partner(visit)
    found = await _offer(visit)
    is_public = found.state in (pb.OFFER_STATE_PUBLISHED, *_OVER)
    is_over = is_public and _is_over(visit, found)
    entries = await _entries(visit) if is_public else registrations_pb2.ListRegistrantsResponse()
    values = {
        "own": own,
        "offer": found,
        "state": words.OFFER_STATES.get(found.state, ""),
        "kind": words.OFFER_KINDS.get(found.kind, ""),
        "scheme_title": scheme_titles(visit).get((found.scheme, found.season), ""),
        "is_public": is_public,
        "is_over": is_over,
        "entries": entries.registrants,
        "registrations": words.REGISTRATION_STATES,
        "attendances": words.ATTENDANCES,
        "next": entries.next_page_token,
        "may_draw": is_over and found.state != pb.OFFER_STATE_DRAWN and may_draw(visit, found),
        "won": registrations_pb2.REGISTRATION_STATE_WON,
    }
    return View("partenaire/bon-plan.html", values)


@offer.act(AttendanceForm, _ONE + "/presences/{registration_id}")
async def record(visit: Visit, fields: Fields) -> Response:
    request = registrations_pb2.RecordAttendanceRequest(
        offer_id=visit.id("offer_id"),
        partner_id=visit.id("partner_id"),
        registration_id=visit.id("registration_id"),
        attendance=_ATTENDED[fields["came"]],
    )
    await visit.ask(rpc("bonplan", "RecordAttendance"), request)
    return visit.go(own_path(visit, f"/bons-plans/{visit.id('offer_id')}"), done="note")


@offer.act(NoFields, _ONE + "/tirage")
async def draw(visit: Visit, _fields: Fields) -> Response:
    """Once: anybody may draw again from the public page of the bon plan, and find the same winners."""
    request = registrations_pb2.RunDrawRequest(offer_id=visit.id("offer_id"), partner_id=visit.id("partner_id"))
    await visit.ask(rpc("bonplan", "RunDraw", BULK_S), request)
    return visit.go(own_path(visit, f"/bons-plans/{visit.id('offer_id')}"), done="tire")


def _is_over(visit: Visit, offer: pb.Offer) -> bool:
    """Whether nobody may register any more; its closing may still be on its way."""
    return offer.state in _OVER or visit.setting.clock.now() > offer.closes_at.ToDatetime(tzinfo=UTC)


async def _entries(visit: Visit) -> registrations_pb2.ListRegistrantsResponse:
    request = registrations_pb2.ListRegistrantsRequest(
        offer_id=visit.id("offer_id"),
        partner_id=visit.id("partner_id"),
        page_token=visit.query(PageToken).get("page_token", ""),
    )
    found: registrations_pb2.ListRegistrantsResponse = await visit.ask(
        rpc("bonplan", "ListRegistrants", SLOW_S), request
    )
    return found


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
