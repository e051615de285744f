"""Bons plans before they are published: read, publish or reject."""

from __future__ import annotations

from atouts.bonplan.v1 import offers_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema
from gateway.web.page import STAFF, page
from gateway.web.pages.staff_decisions import DecisionForm, is_accepted, reason_of
from gateway.web.pages.staff_queues import Queue, decided_elsewhere
from gateway.web.visit import View, Visit

QUEUE = Queue(
    lambda: rpc("bonplan", "ListOffersToModerate"),
    lambda token: pb.ListOffersToModerateRequest(page_token=token),
    "offers",
)
_LIST = "/agents/bons-plans"
_DECIDED = {
    "accepte": "Le bon plan est publié.",
    "refuse": "Le bon plan est refusé : son auteur lit le motif.",
}
_KINDS = {pb.OFFER_KIND_REGISTRATION: "Inscription par ordre d’arrivée", pb.OFFER_KIND_DRAW: "Tirage au sort"}


class ListQuery(FormSchema):
    page_token = Text(500)


@page(_LIST, STAFF, done=_DECIDED)
async def offers(visit: Visit) -> View:
    found, more = await QUEUE.page(visit, visit.query(ListQuery).get("page_token", ""))
    return View("agents/bons-plans.html", {"offers": found, "next": more})


@page(_LIST + "/{offer_id}", STAFF, done=_DECIDED)
async def offer(visit: Visit) -> View:
    """Raises Problem 404 when it was moderated meanwhile."""
    async for each in QUEUE.every(visit):
        if each.offer_id == visit.id("offer_id"):
            return View("agents/bon-plan.html", {"offer": each, "kind": _KINDS.get(each.kind, "")})
    raise decided_elsewhere()


@offer.act(DecisionForm)
async def moderate(visit: Visit, fields: Fields) -> Response:
    """Then the next in the queue."""
    accepted = is_accepted(fields)
    request = pb.ModerateOfferRequest(offer_id=visit.id("offer_id"), accept=accepted, reason=reason_of(fields))
    await visit.ask(rpc("bonplan", "ModerateOffer"), request)
    found, _ = await QUEUE.page(visit)
    return visit.go(f"{_LIST}/{found[0].offer_id}" if found else _LIST, done="accepte" if accepted else "refuse")
