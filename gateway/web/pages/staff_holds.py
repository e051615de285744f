"""What keeps partners' payouts back: by a decision of staff, for want of a verified IBAN, or by a rulebook."""

from __future__ import annotations

from atouts.payout.v1 import messages_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.schemas.fields import OneOf
from gateway.web import words
from gateway.web.forms import FormSchema, NoFields
from gateway.web.page import STAFF, page
from gateway.web.pages.space import partner_names
from gateway.web.visit import View, Visit

_LIST = "/agents/retenues"
_STAFF_CODE = "staff"


class ListQuery(FormSchema):
    etat = OneOf("en-cours", "toutes")


@page(_LIST, STAFF, done={"levee": "La retenue est levée : ce qui est dû part avec le prochain remboursement."})
async def holds(visit: Visit) -> View:
    """In the order in which they were placed. Only those of staff are lifted by a person."""
    shown = visit.query(ListQuery).get("etat", "en-cours")
    answer = await visit.ask(rpc("payout", "ListHolds"), pb.ListHoldsRequest(lifted=shown == "toutes"))
    values = {
        "holds": answer.holds,
        "partners": await partner_names(visit, {each.partner_id for each in answer.holds}),
        "causes": words.HELD_FOR,
        "of_staff": _STAFF_CODE,
        "lists": (("en-cours", "En cours"), ("toutes", "Toutes")),
        "shown": shown,
    }
    return View("agents/retenues.html", values)


@holds.act(NoFields, _LIST + "/{hold_id}/lever")
async def lift(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("payout", "LiftHold"), pb.LiftHoldRequest(hold_id=visit.id("hold_id")))
    return visit.go(_LIST, done="levee")
