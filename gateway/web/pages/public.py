"""What everybody sees: the home page, the simulator, the partners."""

from __future__ import annotations

from typing import Any

from atouts.partner.v1 import accreditations_pb2
from atouts.wallet.v1 import seasons_pb2, simulations_pb2

from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.schemas.fields import Text
from gateway.web import words
from gateway.web.forms import Form, FormSchema, FrenchDay, PageToken, check
from gateway.web.page import ANYBODY, page
from gateway.web.visit import View, Visit

_DEPARTMENT = ("0[1-9]|[1-8][0-9]|9[0-5]|2[AaBb]|97[1-8]|98[678]", "not_a_department")
_CHOICES = {
    "statuses": words.STUDY_STATUSES,
    "kinds": words.ESTABLISHMENT_KINDS,
    "levels": words.STUDY_LEVELS,
    "tracks": words.STUDY_TRACKS,
}


class SimulatorForm(FormSchema):
    birth_date = FrenchDay(required=True)
    residence_department = Text(3, required=True, pattern=_DEPARTMENT)
    study_status = Text(40, required=True)
    study_department = Text(3, pattern=_DEPARTMENT)
    study_establishment_kind = Text(40)
    study_level = Text(40)
    study_track = Text(40)


class DirectoryQuery(PageToken):
    categorie = Text(60)
    ville = Text(100)


@page("/", ANYBODY)
async def home(visit: Visit) -> View:
    """Without the wallet the page still says what it is."""
    try:
        seasons = (await visit.ask(rpc("wallet", "ListSeasons"), seasons_pb2.ListSeasonsRequest())).seasons
    except Problem as problem:
        if problem.status != 503:
            raise
        seasons = []
    described = [_described(visit, season) for season in seasons if season.open]
    return View("public/accueil.html", {"seasons": described, **_CHOICES})


def _described(visit: Visit, season: Any) -> dict[str, Any]:
    rulebook = visit.setting.catalogue.get(visit.authority.id, season.scheme, season.season)
    return {
        "title": rulebook.title,
        "fee_cents": rulebook.fee.amount_cents if rulebook.fee else 0,
        "until": rulebook.join_window.closes_on,
        "benefits": [
            (benefit.title, max(one.amount_cents for one in benefit.amounts)) for benefit in rulebook.benefits
        ],
    }


@page("/simulateur", ANYBODY)
async def simulator(visit: Visit) -> View:
    """The questions, and the answers where they were given."""
    typed = dict(visit.request.query_params)
    if not typed:
        return View("public/simulateur.html", {"seasons": None, **_CHOICES})
    fields, faults = check(SimulatorForm, typed)
    if faults:
        return View("public/simulateur.html", {"seasons": None, "form": Form(typed, faults), **_CHOICES}, 422)
    request = simulations_pb2.SimulateRequest(**_upper(fields))
    answer = await visit.ask(rpc("wallet", "Simulate"), request)
    return View("public/simulateur.html", {"seasons": answer.seasons, "form": Form(typed), **_CHOICES})


def _upper(fields: dict[str, str]) -> dict[str, str]:
    """Corsica's departments are written 2A and 2B."""
    return {name: value.upper() if name.endswith("_department") else value for name, value in fields.items()}


@page("/partenaires", ANYBODY)
async def directory(visit: Visit) -> View:
    query = visit.query(DirectoryQuery)
    asked = accreditations_pb2.SearchDirectoryRequest(
        category=query.get("categorie", ""), city=query.get("ville", ""), page_token=query.get("page_token", "")
    )
    answer = await visit.ask(rpc("partner", "SearchDirectory"), asked)
    categories = category_titles(visit)
    values = {
        "entries": answer.entries,
        "next": answer.next_page_token,
        "categories": categories,
        "query": {name: query[name] for name in ("categorie", "ville") if name in query},
        "form": Form(query),
    }
    return View("public/partenaires.html", values)


def category_titles(visit: Visit) -> dict[str, str]:
    """The categories of the authority's rulebooks, by id."""
    rulebooks = visit.setting.catalogue.of_authority(visit.authority.id)
    return {category.id: category.title for rulebook in rulebooks for category in rulebook.categories}
