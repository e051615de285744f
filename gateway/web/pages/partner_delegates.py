"""Who acts for a partner: named by their address, each with their roles."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb
from atouts.partner.v1 import organisations_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Many, Text
from gateway.web import words
from gateway.web.forms import FormSchema, NoFields
from gateway.web.page import PARTNER, page
from gateway.web.pages.partner_space import OWN, PRINCIPAL, Own, own_path, run_partner
from gateway.web.visit import View, Visit

_LIST = OWN + "/delegues"
_ONE = _LIST + "/{account_id}"
_SCHOOL = "school"
_JUST_NOW = "Compte ajouté à l’instant"


class RolesForm(FormSchema):
    roles = Many(Text(40), 10, required=True)


class NameForm(RolesForm):
    email = Text(254, required=True)


@page(
    _LIST,
    PARTNER,
    done={
        "nomme": "C’est fait : cette personne agit pour votre structure.",
        "change": "Les rôles sont changés.",
        "retire": "L’accès est retiré.",
    },
)
async def delegates(visit: Visit) -> View:
    own = await run_partner(visit)
    emails = await _emails(visit)
    values = {
        "own": own,
        "rows": [
            (each.account_id, emails.get(each.account_id, _JUST_NOW), _titles(each)) for each in own.partner.delegates
        ],
        "roles": _offered(own),
        "mine": visit.session.account_id if visit.session else "",
    }
    return View("partenaire/delegues.html", values)


@delegates.act(NameForm, limit=SIGN_IN)
async def name(visit: Visit, fields: Fields) -> Response:
    """Whoever has other roles keeps them."""
    request = pb.FindDelegateAccountRequest(partner_id=visit.id("partner_id"), email=fields["email"])
    found = (await visit.ask(rpc("identity", "FindDelegateAccount"), request)).delegate
    await _give(visit, found.account_id, {*found.roles, *fields["roles"]})
    return visit.go(visit.path, done="nomme")


@page(_ONE, PARTNER)
async def delegate(visit: Visit) -> View:
    own = await run_partner(visit)
    found = _delegate(visit, own)
    values = {
        "own": own,
        "account_id": found.account_id,
        "email": (await _emails(visit)).get(found.account_id, _JUST_NOW),
        "form": visit.form.filled({"roles": list(found.roles)}),
        "roles": _offered(own),
        "may_change": own.signs or PRINCIPAL not in found.roles,
    }
    return View("partenaire/delegue.html", values)


@delegate.act(RolesForm)
async def change(visit: Visit, fields: Fields) -> Response:
    await _give(visit, visit.id("account_id"), set(fields["roles"]))
    return visit.go(own_path(visit, "/delegues"), done="change")


@delegate.act(NoFields, _ONE + "/retrait")
async def remove(visit: Visit, _fields: Fields) -> Response:
    """Out at once, whatever token they hold."""
    request = organisations_pb2.RemoveDelegateRequest(
        partner_id=visit.id("partner_id"), account_id=visit.id("account_id")
    )
    await visit.ask(rpc("partner", "RemoveDelegate"), request)
    return visit.go(own_path(visit, "/delegues"), done="retire")


def _offered(own: Own) -> words.Choices:
    """Only a principal delegate names one; only an establishment has pupils."""
    hidden = {PRINCIPAL} if not own.signs else set[str]()
    hidden |= set() if own.partner.uai else {_SCHOOL}
    return [(role, told) for role, told in words.DELEGATE_ROLES if role not in hidden]


def _titles(delegate: organisations_pb2.Delegate) -> str:
    return ", ".join(words.DELEGATE_TITLES.get(role, "Autre rôle") for role in delegate.roles)


async def _emails(visit: Visit) -> dict[str, str]:
    """By account. Roles are partner's; identity, which knows the addresses, hears of a new delegate a moment later."""
    request = pb.ListDelegateAccountsRequest(partner_id=visit.id("partner_id"))
    known = (await visit.ask(rpc("identity", "ListDelegateAccounts"), request)).delegates
    return {each.account_id: each.email for each in known}


def _delegate(visit: Visit, own: Own) -> organisations_pb2.Delegate:
    """Raises Problem 404."""
    for each in own.partner.delegates:
        if each.account_id == visit.id("account_id"):
            return each
    raise Problem(
        404,
        "delegate_unknown",
        "Cette personne n'agit plus pour votre structure : retournez à la liste.",
        "This person does not act for your organisation any more: go back to the list.",
    )


async def _give(visit: Visit, account_id: str, roles: set[str]) -> None:
    """These roles and no others."""
    request = organisations_pb2.AddDelegateRequest(
        partner_id=visit.id("partner_id"), account_id=account_id, roles=sorted(roles)
    )
    await visit.ask(rpc("partner", "AddDelegate"), request)
