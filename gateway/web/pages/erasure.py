"""A young person deletes their account: what stays and why is said before, the password is asked for."""

from __future__ import annotations

from atouts.identity.v1 import erasures_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema
from gateway.web.page import ANYBODY, YOUNG, page
from gateway.web.visit import View, Visit


class EraseForm(FormSchema):
    password = Text(128, required=True, metadata={"format": "password"})


@page("/compte/suppression", ANYBODY)
async def asked(_visit: Visit) -> View:
    """Whoever asked is signed out: this is where they read what comes next."""
    return View("compte/suppression.html")


@page("/mon-espace/profil/suppression", YOUNG)
async def erase(visit: Visit) -> View:
    age = visit.authority.retention.marks_until_age
    return View("jeune/suppression.html", {"age": age})


@erase.act(EraseForm, limit=SIGN_IN)
async def request(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("identity", "RequestErasure", SLOW_S), pb.RequestErasureRequest(**fields))
    visit.end()
    return visit.go(asked.path)
