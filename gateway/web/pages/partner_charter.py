"""The charter of a scheme: its text as it counts today, and its signature under that very version."""

from __future__ import annotations

from atouts.partner.v1 import accreditations_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages import partner_tasks
from gateway.web.pages.partner_space import OWN, Own, own_path, run_partner
from gateway.web.partner_terms import charter_title, terms_of
from gateway.web.visit import View, Visit

_PATH = OWN + "/charte/{scheme}/{season}"


class SignForm(FormSchema):
    """The version that was shown comes back: another one in force since is shown first."""

    charter_version = Text(80, required=True)
    sworn = Text(3)


@page(_PATH, PARTNER)
async def charter(visit: Visit) -> View:
    own = await run_partner(visit)
    found = (await terms_of(visit)).of(visit.id("scheme"), visit.id("season"))
    if found is None:
        raise Problem(
            404,
            "scheme_unknown",
            "Ce dispositif n'existe pas pour cette saison : choisissez-en un dans vos demandes.",
            "There is no such scheme and season.",
        )
    values = {
        "own": own,
        "terms": found,
        "title": charter_title(found.charter),
        "signed": _is_signed(own, found.scheme, found.season),
    }
    return View("partenaire/charte.html", values)


@charter.act(SignForm)
async def sign(visit: Visit, fields: Fields) -> Response:
    request = pb.SignCharterRequest(
        partner_id=visit.id("partner_id"),
        scheme=visit.id("scheme"),
        season=visit.id("season"),
        charter_version=fields["charter_version"],
        sworn="sworn" in fields,
    )
    await visit.ask(rpc("partner", "SignCharter"), request)
    return visit.go(own_path(visit), done="signe")


def _is_signed(own: Own, scheme: str, season: str) -> bool:
    """As far as an application of that season tells."""
    asked = [each for each in partner_tasks.latest(own.partner) if (each.scheme, each.season) == (scheme, season)]
    return any(each.charter_signed for each in asked)
