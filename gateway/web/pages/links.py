"""Other authorities that may be told of one's memberships: agreed by a code, ended at any time."""

from __future__ import annotations

from atouts.notification.v1 import subscriptions_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.web import qr
from gateway.web.forms import NoFields
from gateway.web.page import YOUNG, page
from gateway.web.visit import View, Visit


@page("/mon-espace/liens", YOUNG, done={"fini": "C’est fait : cette collectivité n’est plus informée."})
async def links(visit: Visit) -> View:
    return await _drawn(visit, None)


@links.act(NoFields)
async def issue_code(visit: Visit, _fields: Fields) -> View:
    """Shown on the page that answers: it is good once, and kept nowhere."""
    code = await visit.ask(rpc("notification", "IssueMembershipCode"), subscriptions_pb2.IssueMembershipCodeRequest())
    return await _drawn(visit, code)


async def _drawn(visit: Visit, code: subscriptions_pb2.IssueMembershipCodeResponse | None) -> View:
    answer = await visit.ask(rpc("notification", "ListMyLinks"), subscriptions_pb2.ListMyLinksRequest())
    values = {"links": answer.links, "code": code, "svg": qr.svg(code.code) if code else ""}
    return View("jeune/liens.html", values)


@links.act(NoFields, "/mon-espace/liens/{subscriber_id}/fin")
async def end_link(visit: Visit, _fields: Fields) -> Response:
    request = subscriptions_pb2.EndLinkRequest(subscriber_id=visit.id("subscriber_id"))
    await visit.ask(rpc("notification", "EndLink"), request)
    return visit.go(links.path, done="fini")
