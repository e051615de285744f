"""A school's class lists: sending one, seeing how far it is, its report."""

from __future__ import annotations

from atouts.identity.v1 import schools_pb2 as pb
from starlette.responses import Response

from chassis.sizes import CLASS_LIST_MB
from gateway import answers
from gateway.bodies import Fields
from gateway.contracts import BULK_S, rpc
from gateway.rate_limits import UPLOAD
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages.till import partner_of
from gateway.web.visit import View, Visit

_PATH = "/etablissement/{partner_id}/listes"
_PROBLEMS_SHOWN = 100


class ListForm(FormSchema):
    season = Text(20, required=True)


@page(_PATH, PARTNER)
async def class_lists(visit: Visit) -> View:
    request = pb.ListClassListImportsRequest(partner_id=visit.id("partner_id"))
    imports = (await visit.ask(rpc("identity", "ListClassListImports"), request)).imports
    values = {
        "partner": await partner_of(visit),
        "imports": imports,
        "seasons": [(season, season) for season in _seasons(visit)],
        "limit_mb": CLASS_LIST_MB,
        "loading": pb.CLASS_LIST_IMPORT_STATE_LOADING,
    }
    return View("etablissement/listes.html", values)


@class_lists.act(ListForm, limit=UPLOAD, uploads={"content": CLASS_LIST_MB})
async def send_list(visit: Visit, fields: Fields) -> Response:
    request = pb.ImportClassListRequest(partner_id=visit.id("partner_id"), filename="liste.csv", **fields)
    sent = getattr(await visit.ask(rpc("identity", "ImportClassList", BULK_S), request), "import")
    return visit.go(f"/etablissement/{visit.id('partner_id')}/listes/{sent.import_id}")


@page(_PATH + "/{import_id}", PARTNER)
async def class_list(visit: Visit) -> View:
    request = pb.GetClassListImportRequest(partner_id=visit.id("partner_id"), import_id=visit.id("import_id"))
    sent = getattr(await visit.ask(rpc("identity", "GetClassListImport"), request), "import")
    values = {
        "partner": await partner_of(visit),
        "sent": sent,
        "loading": sent.state == pb.CLASS_LIST_IMPORT_STATE_LOADING,
        "problems": sent.problems[:_PROBLEMS_SHOWN],
        "hidden": max(0, len(sent.problems) - _PROBLEMS_SHOWN),
    }
    return View("etablissement/liste.html", values)


@page(_PATH + "/{import_id}/compte-rendu.csv", PARTNER)
async def report(visit: Visit) -> Response:
    request = pb.GetClassListReportRequest(partner_id=visit.id("partner_id"), import_id=visit.id("import_id"))
    found = await visit.ask(rpc("identity", "GetClassListReport"), request)
    return answers.File("content", ".media_type", ".filename").render(found)


def _seasons(visit: Visit) -> list[str]:
    """Of the schemes that ask schools, the latest first."""
    rulebooks = visit.setting.catalogue.of_authority(visit.authority.id)
    return sorted({rulebook.season for rulebook in rulebooks if rulebook.school_validation}, reverse=True)
