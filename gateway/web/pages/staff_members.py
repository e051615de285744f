"""One membership for staff: its wallets, a correction to propose, benefits to suspend."""

from __future__ import annotations

from atouts.wallet.v1 import corrections_pb2, memberships_pb2, suspensions_pb2
from marshmallow import fields as kinds
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.schemas.fields import Many, Text
from gateway.web import words
from gateway.web.forms import FormSchema, FrenchDay, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.space import scheme_titles
from gateway.web.pages.till_amount import Euros
from gateway.web.visit import View, Visit

_LIST = "/agents/adhesions"
ADD, TAKE = "ajouter", "retirer"
_DONE = {
    "proposee": "La correction est proposée : une autre personne doit la confirmer.",
    "suspendu": "La suspension a pris effet.",
}


class CorrectionForm(FormSchema):
    idempotency_key = Text(128, required=True)
    wallet_id = Text(64, required=True)
    direction = Text(10, required=True, pattern=(f"{ADD}|{TAKE}", "required"))
    amount = Euros(required=True)
    uses = kinds.Integer()
    reason = Text(200, least=3, required=True)


class DebitForm(FormSchema):
    idempotency_key = Text(128, required=True)
    debit_id = Text(64, required=True)
    reason = Text(200, least=3, required=True)


class SuspensionForm(FormSchema):
    benefits = Many(Text(80), 50)
    until = FrenchDay()
    notified_on = FrenchDay()
    reason = Text(200, least=3, required=True)


@page(_LIST, STAFF)
async def members(visit: Visit) -> View:
    request = memberships_pb2.SearchMembershipsRequest(page_token=visit.query(PageToken).get("page_token", ""))
    answer = await visit.ask(rpc("wallet", "SearchMemberships"), request)
    values = {
        "memberships": answer.memberships,
        "titles": scheme_titles(visit),
        "states": words.MEMBERSHIP_STATES,
        "next": answer.next_page_token,
    }
    return View("agents/adhesions.html", values)


@page(_LIST + "/{membership_id}", STAFF, done=_DONE)
async def member(visit: Visit) -> View:
    request = corrections_pb2.ListMembershipWalletsRequest(membership_id=visit.id("membership_id"))
    answer = await visit.ask(rpc("wallet", "ListMembershipWallets"), request)
    return View("agents/adhesion.html", {"membership_id": visit.id("membership_id"), "wallets": answer.wallets})


@member.act(CorrectionForm, _LIST + "/{membership_id}/corrections", names={"amount_cents": "amount"})
async def correct(visit: Visit, fields: Fields) -> Response:
    sign = 1 if fields["direction"] == ADD else -1
    request = corrections_pb2.ProposeCorrectionRequest(
        idempotency_key=fields["idempotency_key"],
        wallet_id=fields["wallet_id"],
        amount_cents=sign * fields["amount"],
        uses=sign * abs(fields.get("uses", 0)),
        reason=fields["reason"],
    )
    await visit.ask(rpc("wallet", "ProposeCorrection"), request)
    return visit.go(f"{_LIST}/{visit.id('membership_id')}", done="proposee")


@member.act(DebitForm, _LIST + "/{membership_id}/debits")
async def undo(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("wallet", "ProposeCorrection"), corrections_pb2.ProposeCorrectionRequest(**fields))
    return visit.go(f"{_LIST}/{visit.id('membership_id')}", done="proposee")


@member.act(SuspensionForm, _LIST + "/{membership_id}/suspensions")
async def suspend(visit: Visit, fields: Fields) -> Response:
    request = suspensions_pb2.SuspendBenefitsRequest(membership_id=visit.id("membership_id"), **fields)
    await visit.ask(rpc("wallet", "SuspendBenefits"), request)
    return visit.go(f"{_LIST}/{visit.id('membership_id')}", done="suspendu")
