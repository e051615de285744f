"""Suspensions in force: their letters, and lifting them."""

from __future__ import annotations

from atouts.wallet.v1 import suspensions_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.web.forms import FormSchema, FrenchDay, NoFields, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.space import scheme_titles
from gateway.web.titles import suspended_titles
from gateway.web.visit import View, Visit

_LIST = "/agents/suspensions"


class LettersForm(FormSchema):
    notified_on = FrenchDay()
    appealed_on = FrenchDay()
    answered_on = FrenchDay()


@page(
    _LIST,
    STAFF,
    done={"levee": "La suspension est levée.", "notees": "Les dates des lettres sont notées."},
)
async def suspensions(visit: Visit) -> View:
    request = pb.SearchSuspensionsRequest(page_token=visit.query(PageToken).get("page_token", ""))
    answer = await visit.ask(rpc("wallet", "SearchSuspensions"), request)
    rows = [(each, suspended_titles(visit, each)) for each in answer.suspensions]
    values = {"rows": rows, "titles": scheme_titles(visit), "next": answer.next_page_token}
    return View("agents/suspensions.html", values)


@suspensions.act(NoFields, _LIST + "/{suspension_id}/lever")
async def lift(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("wallet", "LiftSuspension"), pb.LiftSuspensionRequest(suspension_id=visit.id("suspension_id")))
    return visit.go(_LIST, done="levee")


@suspensions.act(LettersForm, _LIST + "/{suspension_id}/lettres")
async def record_letters(visit: Visit, fields: Fields) -> Response:
    request = pb.RecordSuspensionLettersRequest(suspension_id=visit.id("suspension_id"), **fields)
    await visit.ask(rpc("wallet", "RecordSuspensionLetters"), request)
    return visit.go(_LIST, done="notees")
