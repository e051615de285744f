"""What partners pay back: proposed by one payments officer, decided by another, borne by a later remittance."""

from __future__ import annotations

from collections.abc import Mapping

from atouts.payout.v1 import messages_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.schemas.fields import OneOf, Text
from gateway.web import words
from gateway.web.forms import Faulty, FormSchema, NoFields, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.space import partner_names
from gateway.web.pages.staff_queues import Queue
from gateway.web.pages.till_amount import Euros
from gateway.web.visit import View, Visit

QUEUE = Queue(
    lambda: rpc("payout", "ListClawbacks"),
    lambda token: pb.ListClawbacksRequest(state=pb.CLAWBACK_STATE_PROPOSED, page_token=token),
    "clawbacks",
)
_LIST = "/agents/reversements"
_EVERY = Queue(
    lambda: rpc("payout", "ListClawbacks"), lambda token: pb.ListClawbacksRequest(page_token=token), "clawbacks"
)
# By the word in the address: what the list is called, and its clawbacks.
_LISTS: Mapping[str, tuple[str, Queue]] = {"a-decider": ("À décider", QUEUE), "tous": ("Tous", _EVERY)}


class ListQuery(PageToken):
    """`operation`: the debit that a proposal begins with."""

    etat = OneOf(*_LISTS)
    operation = Text(64, pattern=("[A-Za-z0-9_-]{1,64}", "required"))


class ProposeForm(FormSchema):
    idempotency_key = Text(128, required=True)
    debit_id = Text(64, required=True)
    amount = Euros(required=True)
    reason = Text(300, least=3, required=True)


class ApproveForm(FormSchema):
    idempotency_key = Text(128, required=True)


@page(
    _LIST,
    STAFF,
    done={
        "propose": "Le reversement est proposé : une autre personne doit l’approuver.",
        "approuve": "Le reversement est approuvé : un prochain versement du partenaire le portera.",
        "abandonne": "Le reversement est abandonné : rien n’est demandé au partenaire.",
    },
)
async def clawbacks(visit: Visit) -> View:
    """Newest first."""
    query = visit.query(ListQuery)
    shown = query.get("etat", "a-decider")
    found, more = await _LISTS[shown][1].page(visit, query.get("page_token", ""))
    values = {
        "form": visit.form.filled({"debit_id": query.get("operation", "")}),
        "clawbacks": found,
        "partners": await partner_names(visit, {each.partner_id for each in found}),
        "states": words.CLAWBACK_STATES,
        "refusals": words.CLAWBACK_REFUSALS,
        "proposed": pb.CLAWBACK_STATE_PROPOSED,
        "recorded": pb.CLAWBACK_STATE_RECORDED,
        "own": visit.session.account_id if visit.session else "",
        "lists": [(name, each[0]) for name, each in _LISTS.items()],
        "shown": shown,
        "next": more,
    }
    return View("agents/reversements.html", values)


@clawbacks.act(ProposeForm, names={"amount_cents": "amount"})
async def propose(visit: Visit, fields: Fields) -> Response:
    request = pb.ProposeClawbackRequest(
        idempotency_key=fields["idempotency_key"],
        debit_id=fields["debit_id"],
        amount_cents=fields["amount"],
        reason=fields["reason"],
    )
    try:
        await visit.ask(rpc("payout", "ProposeClawback"), request)
    except Problem as problem:
        if problem.code != "unknown_debit":
            raise
        raise Faulty({"debit_id": problem.fr}) from None
    return visit.go(_LIST, done="propose")


@clawbacks.act(ApproveForm, _LIST + "/{clawback_id}/approuver")
async def approve(visit: Visit, fields: Fields) -> Response:
    request = pb.ApproveClawbackRequest(clawback_id=visit.id("clawback_id"), **fields)
    await visit.ask(rpc("payout", "ApproveClawback"), request)
    return visit.go(_LIST, done="approuve")


@clawbacks.act(NoFields, _LIST + "/{clawback_id}/abandonner")
async def drop(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("payout", "DropClawback"), pb.DropClawbackRequest(clawback_id=visit.id("clawback_id")))
    return visit.go(_LIST, done="abandonne")
