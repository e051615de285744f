"""Accounts of programs: opened with a secret that is shown once, given another, closed."""

from __future__ import annotations

from dataclasses import dataclass

from atouts.identity.v1 import credentials_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Many, OneOf, Text
from gateway.web import tabs, words
from gateway.web.forms import FormSchema, NoFields
from gateway.web.page import STAFF, page
from gateway.web.visit import View, Visit

_LIST = "/agents/equipe/programmes"
_ROLES = (tabs.AUDIT, tabs.SUPPORT)  # identity refuses the others


class OpenForm(FormSchema):
    name = Text(80, least=3, required=True)
    roles = Many(OneOf(*_ROLES), len(_ROLES), required=True)


@dataclass(frozen=True, slots=True)
class Secret:
    """What the program is given; on the page that answers, and nowhere after."""

    account_id: str
    text: str
    is_first: bool


@page(_LIST, STAFF, done={"ferme": "Le compte est fermé : son secret et ses jetons ne servent plus."})
async def machines(visit: Visit) -> View:
    return await _drawn(visit, None)


@machines.act(OpenForm, limit=SIGN_IN)
async def open_machine(visit: Visit, fields: Fields) -> View:
    answer = await visit.ask(rpc("identity", "OpenServiceAccount"), pb.OpenServiceAccountRequest(**fields))
    return await _drawn(visit, Secret(answer.account_id, answer.client_secret, is_first=True))


@machines.act(NoFields, _LIST + "/{account_id}/secret", limit=SIGN_IN)
async def rotate(visit: Visit, _fields: Fields) -> View:
    """The one before is good for seven days more, so that nothing stops."""
    account_id = visit.id("account_id")
    request = pb.RotateServiceSecretRequest(account_id=account_id)
    answer = await visit.ask(rpc("identity", "RotateServiceSecret"), request)
    return await _drawn(visit, Secret(account_id, answer.client_secret, is_first=False))


@machines.act(NoFields, _LIST + "/{account_id}/fermeture")
async def close(visit: Visit, _fields: Fields) -> Response:
    request = pb.CloseServiceAccountRequest(account_id=visit.id("account_id"))
    await visit.ask(rpc("identity", "CloseServiceAccount"), request)
    return visit.go(_LIST, done="ferme")


async def _drawn(visit: Visit, secret: Secret | None) -> View:
    answer = await visit.ask(rpc("identity", "ListServiceAccounts"), pb.ListServiceAccountsRequest())
    values = {
        "machines": answer.service_accounts,
        "secret": secret,
        "roles": [(role, told) for role, told in words.STAFF_ROLES if role in _ROLES],
        "names": dict(words.STAFF_ROLES),
    }
    return View("agents/programmes.html", values)
