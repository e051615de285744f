"""Memberships for staff: found by address or number; one's wallets, a correction to propose, benefits to suspend."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2
from atouts.wallet.v1 import corrections_pb2, memberships_pb2, suspensions_pb2
from marshmallow import fields as kinds
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.schemas.fields import Many, Text
from gateway.web import words
from gateway.web.forms import Faulty, FormSchema, FrenchDay, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.space import scheme_titles
from gateway.web.pages.till_amount import Euros
from gateway.web.visit import View, Visit

_LIST = "/agents/adhesions"
ADD, TAKE = "ajouter", "retirer"
_DONE = {
    "proposee": "La correction est proposée : une autre personne doit la confirmer.",
    "suspendu": "La suspension a pris effet.",
    "cheque": "Le chèque est enregistré : l’adhésion est active.",
    "offerte": "L’adhésion est offerte : elle est active.",
}


_NUMBER = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


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


class ChequeForm(FormSchema):
    idempotency_key = Text(128, required=True)
    reference = Text(80, required=True)


class FreeForm(FormSchema):
    idempotency_key = Text(128, required=True)
    reason = Text(200, least=3, required=True)


class SearchForm(FormSchema):
    """An address travels in a form, never in an address of ours."""

    who = Text(254, required=True, pattern=(rf"\S+@\S+|{_NUMBER}", "not_a_search"))


class MembersQuery(PageToken):
    """`numero`: of a membership, or of a person."""

    numero = Text(36, pattern=(_NUMBER, "not_a_search"))


@page(_LIST, STAFF)
async def members(visit: Visit) -> View:
    query = visit.query(MembersQuery)
    number = query.get("numero", "")
    answer = await _found(visit, number, query.get("page_token", ""))
    values = {
        "memberships": answer.memberships,
        "number": number,
        "titles": scheme_titles(visit),
        "states": words.MEMBERSHIP_STATES,
        "next": answer.next_page_token,
    }
    return View("agents/adhesions.html", values)


@members.act(SearchForm)
async def search(visit: Visit, fields: Fields) -> Response:
    """By the address of the account, the number of the person or that of the membership."""
    who = fields["who"]
    return visit.go(_LIST, numero=await _person_of(visit, who) if "@" in who else who)


@page(_LIST + "/{membership_id}", STAFF, done=_DONE)
async def member(visit: Visit) -> View:
    membership_id = visit.id("membership_id")
    request = corrections_pb2.ListMembershipWalletsRequest(membership_id=membership_id)
    answer = await visit.ask(rpc("wallet", "ListMembershipWallets"), request)
    wanted = memberships_pb2.SearchMembershipsRequest(membership_id=membership_id)
    found = (await visit.ask(rpc("wallet", "SearchMemberships"), wanted)).memberships
    values = {
        "membership_id": membership_id,
        "membership": found[0] if found else None,
        "titles": scheme_titles(visit),
        "states": words.MEMBERSHIP_STATES,
        "fee_states": words.FEE_STATES,
        "awaits_payment": bool(found) and found[0].state == memberships_pb2.MEMBERSHIP_STATE_AWAITING_PAYMENT,
        "wallets": answer.wallets,
    }
    return View("agents/adhesion.html", values)


@member.act(ChequeForm, _LIST + "/{membership_id}/cheque")
async def cash_cheque(visit: Visit, fields: Fields) -> Response:
    request = memberships_pb2.CashChequeRequest(membership_id=visit.id("membership_id"), **fields)
    await visit.ask(rpc("wallet", "CashCheque"), request)
    return visit.go(f"{_LIST}/{visit.id('membership_id')}", done="cheque")


@member.act(FreeForm, _LIST + "/{membership_id}/gratuite")
async def grant_free(visit: Visit, fields: Fields) -> Response:
    request = memberships_pb2.GrantFreeMembershipRequest(membership_id=visit.id("membership_id"), **fields)
    await visit.ask(rpc("wallet", "GrantFreeMembership"), request)
    return visit.go(f"{_LIST}/{visit.id('membership_id')}", done="offerte")


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


async def _found(visit: Visit, number: str, page_token: str) -> memberships_pb2.SearchMembershipsResponse:
    """Everybody's; with a number, the person's or the one membership that has it."""
    asked = rpc("wallet", "SearchMemberships")
    request = memberships_pb2.SearchMembershipsRequest(person_id=number, page_token=page_token)
    found: memberships_pb2.SearchMembershipsResponse = await visit.ask(asked, request)
    if found.memberships or not number:
        return found
    found = await visit.ask(asked, memberships_pb2.SearchMembershipsRequest(membership_id=number))
    return found


async def _person_of(visit: Visit, email: str) -> str:
    """Raises Faulty where no young person has this address."""
    try:
        answer = await visit.ask(rpc("identity", "FindPerson"), accounts_pb2.FindPersonRequest(email=email))
    except Problem as problem:
        if problem.status != 404:
            raise
        raise Faulty({"who": "Aucun compte de jeune n’a cette adresse."}) from None
    return str(answer.person_id)
