"""Partners that ask to be accredited: what they declare, the conditions, their documents, the decision."""

from __future__ import annotations

from collections.abc import Mapping

from atouts.partner.v1 import accreditations_pb2, organisations_pb2
from starlette.responses import Response

from gateway import answers
from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.schemas.fields import OneOf
from gateway.web import words
from gateway.web.declarations import as_told
from gateway.web.forms import PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.staff_decisions import DecisionForm, is_accepted, reason_of
from gateway.web.pages.staff_queues import Queue, decided_elsewhere
from gateway.web.partner_terms import terms_of
from gateway.web.visit import View, Visit
from rulebooks.errors import RulebookError


def _queue(state: accreditations_pb2.AccreditationState) -> Queue:
    return Queue(
        lambda: rpc("partner", "ListApplications"),
        lambda token: accreditations_pb2.ListApplicationsRequest(state=state, page_token=token),
        "applications",
    )


QUEUE = _queue(accreditations_pb2.ACCREDITATION_STATE_SUBMITTED)
_LIST = "/agents/partenaires"
# By the word in the address: what the list is called, and its accreditations.
_LISTS: Mapping[str, tuple[str, Queue]] = {
    "a-instruire": ("À instruire", QUEUE),
    "accordes": ("Accordés", _queue(accreditations_pb2.ACCREDITATION_STATE_GRANTED)),
    "refuses": ("Refusés", _queue(accreditations_pb2.ACCREDITATION_STATE_REFUSED)),
    "retires": ("Retirés", _queue(accreditations_pb2.ACCREDITATION_STATE_WITHDRAWN)),
}
_DECIDED = {
    "accepte": "L’habilitation est accordée.",
    "refuse": "L’habilitation est refusée : le partenaire lit le motif.",
}


class ListQuery(PageToken):
    etat = OneOf(*_LISTS)


class AccreditationForm(DecisionForm):
    """`despite`: the page showed a condition that is not met, and asked why it is accepted all the same."""

    despite = OneOf("1")


@page(_LIST, STAFF, done=_DECIDED)
async def applications(visit: Visit) -> View:
    """Oldest first. What is decided leads to the partner's own page."""
    query = visit.query(ListQuery)
    shown = query.get("etat", "a-instruire")
    title, queue = _LISTS[shown]
    found, more = await queue.page(visit, query.get("page_token", ""))
    values = {
        "rows": [(each, category_title(visit, each.accreditation)) for each in found],
        "next": more,
        "lists": [(name, each[0]) for name, each in _LISTS.items()],
        "shown": shown,
        "list_title": title,
    }
    return View("agents/partenaires.html", values)


@page(_LIST + "/{accreditation_id}", STAFF, done=_DECIDED)
async def application(visit: Visit) -> View:
    """Raises Problem 404 when it was decided meanwhile."""
    asked = await _application(visit)
    request = organisations_pb2.GetPartnerRequest(partner_id=asked.accreditation.partner_id)
    partner = (await visit.ask(rpc("partner", "GetPartner"), request)).partner
    values = {
        "accreditation": asked.accreditation,
        "category": category_title(visit, asked.accreditation),
        "partner": partner,
        "kind": words.PARTNER_KINDS.get(partner.kind, ""),
        "declared": [as_told(each) for each in partner.declarations],
        "documents": (await terms_of(visit)).every_document(),
        "unmet": [condition.sentence for condition in asked.accreditation.conditions if not condition.met],
    }
    return View("agents/partenaire.html", values)


@application.act(AccreditationForm)
async def decide(visit: Visit, fields: Fields) -> Response:
    """Then the next in the list."""
    accepted = is_accepted(fields)
    reason = fields.get("reason", "") if "despite" in fields else reason_of(fields)
    request = accreditations_pb2.DecideAccreditationRequest(
        accreditation_id=visit.id("accreditation_id"), accept=accepted, reason=reason
    )
    await visit.ask(rpc("partner", "DecideAccreditation"), request)
    return visit.go(_LIST, done="accepte" if accepted else "refuse")


@page("/agents/structures/{partner_id}/documents/{document_id}", STAFF)
async def document(visit: Visit) -> Response:
    """Downloaded, never shown by the browser as a page of ours."""
    request = organisations_pb2.GetDocumentRequest(
        partner_id=visit.id("partner_id"), document_id=visit.id("document_id")
    )
    found = await visit.ask(rpc("partner", "GetDocument", SLOW_S), request)
    return answers.File("content", ".media_type", ".document.filename").render(found)


def category_title(visit: Visit, asked: accreditations_pb2.Accreditation) -> str:
    """The category's name in its rulebook."""
    try:
        rulebook = visit.setting.catalogue.get(visit.authority.id, asked.scheme, asked.season)
        return f"{rulebook.title} : {rulebook.category(asked.category).title}"
    except RulebookError:
        return f"{asked.scheme} : {asked.category}"


async def _application(visit: Visit) -> accreditations_pb2.Application:
    async for each in QUEUE.every(visit):
        if each.accreditation.accreditation_id == visit.id("accreditation_id"):
            found: accreditations_pb2.Application = each
            return found
    raise decided_elsewhere()
