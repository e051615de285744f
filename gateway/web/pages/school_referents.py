"""Référents of a school: named and removed by its head, as many as they want."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb
from atouts.partner.v1 import organisations_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages.till import partner_of
from gateway.web.visit import View, Visit

_PATH = "/etablissement/{partner_id}/referents"
_ROLE = "school"


class NameForm(FormSchema):
    email = Text(254, required=True)


class RemoveForm(FormSchema):
    account_id = Text(64, required=True)


@page(_PATH, PARTNER, done={"nomme": "Le référent est nommé.", "retire": "Le référent est retiré."})
async def referents(visit: Visit) -> View:
    named = [each for each in await _delegates(visit) if _ROLE in each.roles]
    return View("etablissement/referents.html", {"partner": await partner_of(visit), "referents": named})


@referents.act(NameForm, limit=SIGN_IN)
async def name(visit: Visit, fields: Fields) -> Response:
    """Whoever has other roles keeps them."""
    request = pb.FindDelegateAccountRequest(partner_id=visit.id("partner_id"), email=fields["email"])
    found = (await visit.ask(rpc("identity", "FindDelegateAccount"), request)).delegate
    await _give(visit, found.account_id, {*found.roles, _ROLE})
    return visit.go(visit.path, done="nomme")


@referents.act(RemoveForm, _PATH + "/retrait")
async def remove(visit: Visit, fields: Fields) -> Response:
    """Out at once, whatever token they hold."""
    for each in await _delegates(visit):
        if each.account_id == fields["account_id"]:
            await _give(visit, each.account_id, {*each.roles} - {_ROLE})
    return visit.go(visit.path.removesuffix("/retrait"), done="retire")


async def _delegates(visit: Visit) -> list[pb.DelegateAccount]:
    request = pb.ListDelegateAccountsRequest(partner_id=visit.id("partner_id"))
    return list((await visit.ask(rpc("identity", "ListDelegateAccounts"), request)).delegates)


async def _give(visit: Visit, account_id: str, roles: set[str]) -> None:
    """These roles and no others."""
    partner_id = visit.id("partner_id")
    if roles:
        request = organisations_pb2.AddDelegateRequest(
            partner_id=partner_id, account_id=account_id, roles=sorted(roles)
        )
        await visit.ask(rpc("partner", "AddDelegate"), request)
    else:
        gone = organisations_pb2.RemoveDelegateRequest(partner_id=partner_id, account_id=account_id)
        await visit.ask(rpc("partner", "RemoveDelegate"), gone)
