"""Deletions of accounts: asked by letter, confirmed by a second person, followed until every service has answered."""

from __future__ import annotations

from atouts.identity.v1 import erasures_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.schemas.fields import Text
from gateway.web import words
from gateway.web.forms import FormSchema, NoFields, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.staff_queues import Queue
from gateway.web.visit import View, Visit

_QUEUE = Queue(
    lambda: rpc("identity", "ListErasures"), lambda token: pb.ListErasuresRequest(page_token=token), "erasures"
)
_LIST = "/agents/suppressions"


class AskForm(FormSchema):
    email = Text(254, required=True)


@page(
    _LIST,
    STAFF,
    done={
        "demandee": "La demande est enregistrée : une autre personne doit la confirmer.",
        "confirmee": "La suppression est confirmée : le compte est fermé, l’effacement suit.",
        "abandonnee": "La demande est abandonnée : le compte reste comme il était.",
    },
)
async def erasures(visit: Visit) -> View:
    found, more = await _QUEUE.page(visit, visit.query(PageToken).get("page_token", ""))
    own = visit.session.account_id if visit.session else ""
    values = {"erasures": found, "own": own, "next": more, "requested": pb.ERASURE_STATE_REQUESTED}
    named = {"states": words.ERASURE_STATES, "holds": words.ERASURE_HOLDS, "services": words.SERVICES}
    return View("agents/suppressions.html", values | named)


@erasures.act(AskForm)
async def ask(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("identity", "AskErasure"), pb.AskErasureRequest(**fields))
    return visit.go(_LIST, done="demandee")


@erasures.act(NoFields, _LIST + "/{erasure_id}/confirmer")
async def confirm(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("identity", "ConfirmErasure"), pb.ConfirmErasureRequest(erasure_id=visit.id("erasure_id")))
    return visit.go(_LIST, done="confirmee")


@erasures.act(NoFields, _LIST + "/{erasure_id}/abandonner")
async def drop(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("identity", "DropErasure"), pb.DropErasureRequest(erasure_id=visit.id("erasure_id")))
    return visit.go(_LIST, done="abandonnee")
