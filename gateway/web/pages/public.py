"""What everybody sees: the home page, the simulator, the partners."""

from __future__ import annotations

from typing import Any

from atouts.partner.v1 import accreditations_pb2
from atouts.wallet.v1 import seasons_pb2, simulations_pb2

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.schemas.fields import Text
from gateway.web import questions, words
from gateway.web.forms import Form, FrenchDay, PageToken, check
from gateway.web.page import ANYBODY, page
from gateway.web.visit import View, Visit
from rulebooks import Rulebook

_DEPARTMENT = ("0[1-9]|[1-8][0-9]|9[0-5]|2[AaBb]|97[1-8]|98[678]", "not_a_department")
# Answers that the request has a field of its own for.
_OWN_FIELDS = ("study_establishment_kind", "study_level", "study_track")


class SimulatorForm(questions.FactAnswers):  # type: ignore[misc, valid-type]  # made from the vocabulary
    birth_date = FrenchDay(required=True)
    residence_department = Text(3, required=True, pattern=_DEPARTMENT)
    study_status = Text(40, required=True)
    study_department = Text(3, pattern=_DEPARTMENT)


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
    found = (questions.rulebook_of(visit, season) for season in seasons if season.open)
    rulebooks = [rulebook for rulebook in found if rulebook is not None]
    return View("public/accueil.html", {"seasons": [_described(each) for each in rulebooks], **_asked(rulebooks)})


def _asked(rulebooks: list[Rulebook]) -> dict[str, Any]:
    """The simulator's questions."""
    return {"statuses": words.STUDY_STATUSES, "questions": questions.of_simulation(rulebooks)}


def _described(rulebook: Rulebook) -> dict[str, Any]:
    return {
        "title": rulebook.title,
        "fee_cents": rulebook.fee.amount_cents if rulebook.fee else 0,
        "until": rulebook.join_window.closes_on,
        "benefits": [
            (benefit.title, max((one.amount_cents for one in benefit.amounts), default=0))
            for benefit in rulebook.benefits
        ],
    }


@page("/simulateur", ANYBODY)
async def simulator(visit: Visit) -> View:
    """The questions, and the answers where they were given."""
    typed = dict(visit.request.query_params)
    asked = _asked(await questions.open_rulebooks(visit))
    if not typed:
        return View("public/simulateur.html", {"seasons": None, **asked})
    fields, faults = check(SimulatorForm, typed)
    if faults:
        return View("public/simulateur.html", {"seasons": None, "form": Form(typed, faults), **asked}, 422)
    answer = await visit.ask(rpc("wallet", "Simulate"), _simulation(fields))
    values = {"seasons": answer.seasons, "form": Form(typed), "kinds": words.BENEFIT_KINDS, "rhythms": words.RHYTHMS}
    return View("public/simulateur.html", {**values, **asked})


def _simulation(fields: Fields) -> simulations_pb2.SimulateRequest:
    """Corsica's departments are written 2A and 2B."""
    more = set(questions.SAYABLE) - set(_OWN_FIELDS)
    own = {name: value for name, value in fields.items() if name not in more}
    departments = {name: value.upper() for name, value in own.items() if name.endswith("_department")}
    said = {name: fields[name] for name in sorted(more & fields.keys())}
    return simulations_pb2.SimulateRequest(**{**own, **departments}, facts=said)


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
