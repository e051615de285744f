"""A school's pages: who waits for its answer, last year's pupils first, and answering one or all at once."""

from __future__ import annotations

from typing import Any

from atouts.identity.v1 import schools_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import BULK_S, SLOW_S, rpc
from gateway.schemas.fields import Text
from gateway.web import words
from gateway.web.forms import FormSchema, PageToken
from gateway.web.page import PARTNER, page
from gateway.web.pages.space import scheme_titles
from gateway.web.pages.staff_decisions import DecisionForm, is_accepted, reason_of
from gateway.web.pages.till import partner_of, partners
from gateway.web.visit import View, Visit

_PATH = "/etablissement/{partner_id}"
# Of a thousand requests each: what one act may take before it is asked for again.
_PAGES_AN_ACT = 5


class ListedForm(FormSchema):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    returning = Text(3, pattern=("oui", "required"))


@page("/etablissement", PARTNER)
async def schools(visit: Visit) -> View | Response:
    """With one establishment there is nothing to choose."""
    known = [each for each in await partners(visit) if each.uai]
    if len(known) == 1:
        return visit.go(f"/etablissement/{known[0].partner_id}")
    return View("etablissement/choix.html", {"schools": known})


@page(
    _PATH,
    PARTNER,
    done={
        "valides": "C’est fait : les élèves qui concordent avec la liste sont validés.",
        "aucun": "Aucune demande ne concorde avec la liste : envoyez-la d’abord, ou répondez une à une.",
        "reste": "Une partie est validée : recommencez pour la suite.",
        "accepte": "L’élève est validé.",
        "refuse": "La demande est rejetée : l’élève lit le motif.",
    },
)
async def school(visit: Visit) -> View:
    partner = await partner_of(visit)
    request = pb.GetSchoolQueueRequest(partner_id=partner.partner_id)
    queues = (await visit.ask(rpc("identity", "GetSchoolQueue", SLOW_S), request)).queues
    seasons = sorted({queue.season for queue in queues if queue.returning})
    first = [(season, await _waiting(visit, season=season, returning=True)) for season in seasons]
    waiting = await _waiting(visit, page_token=visit.query(PageToken).get("page_token", ""))
    values = {
        "partner": partner,
        "titles": scheme_titles(visit),
        "queues": queues,
        "returning": [(season, found.enrolments) for season, found in first],
        "others": [each for each in waiting.enrolments if not each.returning],
        "next": waiting.next_page_token,
        "levels": dict(words.STUDY_LEVELS),
        "tracks": dict(words.STUDY_TRACKS),
        "differences": words.schooling_difference,
    }
    return View("etablissement/demandes.html", values)


@school.act(ListedForm, _PATH + "/validation")
async def validate_listed(visit: Visit, fields: Fields) -> Response:
    """A thousand a call; what is left after some of them is asked for again."""
    validated, token = 0, ""
    for _ in range(_PAGES_AN_ACT):
        request = pb.ValidateListedEnrolmentsRequest(
            partner_id=visit.id("partner_id"),
            scheme=fields["scheme"],
            season=fields["season"],
            returning="returning" in fields,
            page_token=token,
        )
        answer = await visit.ask(rpc("identity", "ValidateListedEnrolments", BULK_S), request)
        validated, token = validated + answer.validated, answer.next_page_token
        if not token:
            break
    return visit.go(_own(visit), done="reste" if token else "valides" if validated else "aucun")


@page(_PATH + "/demandes/{enrolment_id}", PARTNER)
async def request_page(visit: Visit) -> View | Response:
    """One request with what the list says otherwise. What was answered meanwhile leads back."""
    token = ""
    while True:
        found = await _waiting(visit, page_token=token)
        for each in found.enrolments:
            if each.enrolment_id == visit.id("enrolment_id"):
                return View("etablissement/demande.html", {"partner": await partner_of(visit), **_words(visit, each)})
        token = found.next_page_token
        if not token:
            return visit.go(_own(visit))


@request_page.act(DecisionForm)
async def decide(visit: Visit, fields: Fields) -> Response:
    request = pb.DecideEnrolmentRequest(
        partner_id=visit.id("partner_id"),
        enrolment_id=visit.id("enrolment_id"),
        validate=is_accepted(fields),
        reason=reason_of(fields),
    )
    await visit.ask(rpc("identity", "DecideEnrolment"), request)
    return visit.go(_own(visit), done="accepte" if is_accepted(fields) else "refuse")


def _own(visit: Visit) -> str:
    return f"/etablissement/{visit.id('partner_id')}"


def _words(visit: Visit, asked: pb.Enrolment) -> dict[str, Any]:
    return {
        "asked": asked,
        "titles": scheme_titles(visit),
        "levels": dict(words.STUDY_LEVELS),
        "tracks": dict(words.STUDY_TRACKS),
        "differences": words.schooling_difference,
    }


async def _waiting(visit: Visit, **asked: Any) -> pb.ListSchoolEnrolmentsResponse:
    request = pb.ListSchoolEnrolmentsRequest(partner_id=visit.id("partner_id"), **asked)
    answer: pb.ListSchoolEnrolmentsResponse = await visit.ask(rpc("identity", "ListSchoolEnrolments", SLOW_S), request)
    return answer
