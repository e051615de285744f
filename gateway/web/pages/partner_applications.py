"""Applying for a category: what may be asked for, what is missing, submitting, and how it went."""

from __future__ import annotations

from atouts.partner.v1 import accreditations_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.schemas.fields import Text
from gateway.web import words
from gateway.web.forms import Form, FormSchema, NoFields
from gateway.web.page import PARTNER, page
from gateway.web.pages import partner_tasks
from gateway.web.pages.partner_space import OWN, Own, own_path, run_partner
from gateway.web.partner_terms import Terms, terms_of, today
from gateway.web.visit import View, Visit

_LIST = OWN + "/demandes"
_ONE = _LIST + "/{accreditation_id}"


class ApplyForm(FormSchema):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    category = Text(80, required=True)


@page(_LIST, PARTNER)
async def applications(visit: Visit) -> View:
    own = await run_partner(visit)
    terms = await terms_of(visit)
    values = {
        "own": own,
        "rows": [(each, terms.title(each)) for each in partner_tasks.latest(own.partner)],
        "states": words.ACCREDITATION_STATES,
        "offered": _offered(visit, own, terms),
        "blank": Form(),
    }
    return View("partenaire/demandes.html", values)


@applications.act(ApplyForm)
async def apply(visit: Visit, fields: Fields) -> Response:
    request = pb.ApplyForAccreditationRequest(partner_id=visit.id("partner_id"), **fields)
    begun = (await visit.ask(rpc("partner", "ApplyForAccreditation"), request)).accreditation
    return visit.go(f"{visit.path}/{begun.accreditation_id}", done="commence")


@page(
    _ONE,
    PARTNER,
    done={"commence": "Votre demande est commencée. Voici ce qu’elle demande."},
)
async def application(visit: Visit) -> View:
    own = await run_partner(visit)
    terms = await terms_of(visit)
    asked = _asked(visit, own)
    titles = terms.document_titles([asked], own.partner.kind)
    is_draft = asked.state == partner_tasks.DRAFT
    values = {
        "own": own,
        "asked": asked,
        "title": terms.title(asked),
        "state": words.ACCREDITATION_STATES[asked.state],
        "terms": terms.of(asked.scheme, asked.season),
        "missing": [(kind, titles.get(kind, "pièce demandée")) for kind in asked.documents_missing],
        "is_draft": is_draft,
        "is_granted": asked.state == partner_tasks.GRANTED,
        "may_submit": is_draft and asked.charter_signed and not asked.documents_missing,
        "may_apply_again": asked.state not in partner_tasks.LIVE,
    }
    return View("partenaire/demande.html", values)


@application.act(NoFields, _ONE + "/depot")
async def submit(visit: Visit, _fields: Fields) -> Response:
    request = pb.SubmitApplicationRequest(
        partner_id=visit.id("partner_id"), accreditation_id=visit.id("accreditation_id")
    )
    await visit.ask(rpc("partner", "SubmitApplication"), request)
    return visit.go(own_path(visit), done="depose")


def _offered(visit: Visit, own: Own, terms: Terms) -> list[tuple[object, words.Choices]]:
    """But for what is under way or granted."""
    taken = {(each.scheme, each.category) for each in partner_tasks.live(own.partner)}
    offered = terms.to_apply_for(today(visit), own.partner.roles)
    left = [(each, [one for one in choices if (each.scheme, one[0]) not in taken]) for each, choices in offered]
    return [(each, choices) for each, choices in left if choices]


def _asked(visit: Visit, own: Own) -> pb.Accreditation:
    """Raises Problem 404: no such application of this partner."""
    for each in own.partner.accreditations:
        if each.accreditation_id == visit.id("accreditation_id"):
            return each
    raise Problem(
        404,
        "accreditation_unknown",
        "Cette demande d'agrément n'existe pas : choisissez-la dans la liste de vos demandes.",
        "There is no such application: choose one from your list.",
    )
