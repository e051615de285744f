"""Taking back a payment, or the use of a right without cents."""

from __future__ import annotations

from atouts.wallet.v1 import access_uses_pb2, debits_pb2
from google.protobuf.message import Message
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import Rpc, rpc
from gateway.problems import Problem
from gateway.rate_limits import TILL
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages import till_passage, till_taken
from gateway.web.pages.till import SCAN_SOURCES, partner_of, present, scanner
from gateway.web.pages.till_taken import Payment, Use
from gateway.web.visit import View, Visit

_HOLDER_WANTED = "holder_not_present"
_CANCELLED_ALREADY = ("already_cancelled", "use_already_cancelled")


class CancelForm(FormSchema):
    """The code of the holder's card, where the rulebook wants the holder there."""

    code = Text(300)


@page("/caisse/{partner_id}/encaissements/{debit_id}", PARTNER, limit=TILL, sources=SCAN_SOURCES, camera=True)
async def payment(visit: Visit) -> View:
    """One payment, before it is taken back."""
    return await _before(visit, await till_taken.payment_of(visit), "paiement", visit.id("debit_id"))


@payment.act(CancelForm, limit=TILL, names={"presentation_id": "code"})
async def cancel_payment(visit: Visit, fields: Fields) -> Response:
    """Raises Problem."""
    debit_id, presentation_id = visit.id("debit_id"), await _shown_again(visit, fields)
    request = debits_pb2.CancelDebitRequest(
        idempotency_key=_key(debit_id, presentation_id),
        partner_id=visit.id("partner_id"),
        debit_id=debit_id,
        presentation_id=presentation_id,
    )
    return await _cancelled(visit, rpc("wallet", "CancelDebit"), request, "annule")


@page("/caisse/{partner_id}/utilisations/{use_id}", PARTNER, limit=TILL, sources=SCAN_SOURCES, camera=True)
async def use(visit: Visit) -> View:
    """One use, before it is taken back."""
    return await _before(visit, await till_taken.use_of(visit), "passage", visit.id("use_id"))


@use.act(CancelForm, limit=TILL, names={"presentation_id": "code"})
async def cancel_use(visit: Visit, fields: Fields) -> Response:
    """Raises Problem."""
    use_id, presentation_id = visit.id("use_id"), await _shown_again(visit, fields)
    request = access_uses_pb2.CancelUseRequest(
        idempotency_key=_key(use_id, presentation_id),
        partner_id=visit.id("partner_id"),
        use_id=use_id,
        presentation_id=presentation_id,
    )
    return await _cancelled(visit, rpc("wallet", "CancelUse"), request, "passage-annule")


async def _before(visit: Visit, taken: Payment | Use, noun: str, number: str) -> View:
    """`noun`: what the page calls it."""
    values = {
        "partner": await partner_of(visit),
        "taken": taken,
        "noun": noun,
        "number": number,
        "title": till_taken.title_of(visit, taken),
        "wants_holder": visit.form.code == _HOLDER_WANTED or till_taken.wants_holder(visit, taken),
        **scanner(visit),
    }
    return View("caisse/annulation.html", values)


async def _shown_again(visit: Visit, fields: Fields) -> str:
    """The presentation of the card whose code was given; empty without one. Raises Problem."""
    code = fields.get("code", "")
    return (await present(visit, code, till_passage.new_id())).presentation_id if code else ""


def _key(taken_id: str, presentation_id: str) -> str:
    """Of what is taken back, and of the card shown for it: sent twice, it is cancelled once."""
    return "-".join(filter(None, ("annulation", taken_id, presentation_id)))


async def _cancelled(visit: Visit, command: Rpc, request: Message, done: str) -> Response:
    """What was cancelled meanwhile is cancelled. Raises Problem."""
    try:
        await visit.ask(command, request)
    except Problem as problem:
        if problem.code not in _CANCELLED_ALREADY:
            raise
    return visit.go(f"/caisse/{visit.id('partner_id')}/journee", done=done)
