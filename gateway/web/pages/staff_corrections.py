"""Corrections that wait for a second person."""

from __future__ import annotations

from atouts.wallet.v1 import corrections_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema, NoFields, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.staff_queues import Queue
from gateway.web.visit import View, Visit

QUEUE = Queue(
    lambda: rpc("wallet", "SearchCorrections"),
    lambda token: pb.SearchCorrectionsRequest(page_token=token),
    "corrections",
)
_LIST = "/agents/corrections"


class ConfirmForm(FormSchema):
    idempotency_key = Text(128, required=True)


@page(
    _LIST,
    STAFF,
    done={
        "confirmee": "La correction est faite : elle est au grand livre.",
        "abandonnee": "La correction est abandonnée : rien n’a bougé.",
    },
)
async def corrections(visit: Visit) -> View:
    found, more = await QUEUE.page(visit, visit.query(PageToken).get("page_token", ""))
    own = visit.session.account_id if visit.session else ""
    return View("agents/corrections.html", {"corrections": found, "own": own, "next": more})


@corrections.act(ConfirmForm, _LIST + "/{correction_id}/confirmer")
async def confirm(visit: Visit, fields: Fields) -> Response:
    request = pb.ConfirmCorrectionRequest(correction_id=visit.id("correction_id"), **fields)
    await visit.ask(rpc("wallet", "ConfirmCorrection"), request)
    return visit.go(_LIST, done="confirmee")


@corrections.act(NoFields, _LIST + "/{correction_id}/abandonner")
async def drop(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("wallet", "DropCorrection"), pb.DropCorrectionRequest(correction_id=visit.id("correction_id")))
    return visit.go(_LIST, done="abandonnee")
