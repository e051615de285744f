"""What links in mails lead to: a page with a button, so that a scanner of mails that opens it uses nothing up."""

from __future__ import annotations

from atouts.identity.v1 import credentials_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Text
from gateway.web.door import SIGN_IN_PATH
from gateway.web.forms import FormSchema, NoFields
from gateway.web.page import ANYBODY, page
from gateway.web.pages.account import ACCOUNT_PATH
from gateway.web.visit import View, Visit

_SENT = {"envoye": "Si un compte a cette adresse, un message vient d’y partir : ouvrez son lien dans l’heure."}
_SECOND_FACTOR = ("second_factor_required", "second_factor_wrong")


class ForgottenForm(FormSchema):
    email = Text(254, required=True)


class NewPasswordForm(FormSchema):
    password = Text(128, least=12, required=True, metadata={"format": "password"})
    second_factor_code = Text(12)


@page("/compte/oubli", ANYBODY, done=_SENT)
async def forgotten(_visit: Visit) -> View:
    return View("compte/oubli.html")


@forgotten.act(ForgottenForm, limit=SIGN_IN)
async def ask_recovery(visit: Visit, fields: Fields) -> Response:
    """The same answer for every address."""
    await visit.ask(rpc("identity", "AskRecovery"), pb.AskRecoveryRequest(**fields))
    return visit.go(forgotten.path, done="envoye")


@page("/compte/recuperation/{token}", ANYBODY)
async def recovery(visit: Visit) -> View:
    return View("compte/recuperation.html", {"second_factor": visit.form.code in _SECOND_FACTOR})


@recovery.act(NewPasswordForm, limit=SIGN_IN)
async def recover(visit: Visit, fields: Fields) -> Response:
    request = pb.RecoverAccountRequest(token=visit.id("token"), **fields)
    await visit.ask(rpc("identity", "RecoverAccount", SLOW_S), request)
    visit.end()
    return visit.go(SIGN_IN_PATH, done="retrouve")


@page("/compte/confirmation/{token}", ANYBODY)
async def confirmation(_visit: Visit) -> View:
    return View("compte/confirmation.html")


@confirmation.act(NoFields, limit=SIGN_IN)
async def confirm(visit: Visit, _fields: Fields) -> Response:
    await _follow(visit)
    return visit.go(ACCOUNT_PATH if visit.session else SIGN_IN_PATH, done="confirmee")


@page("/compte/retour/{token}", ANYBODY)
async def way_back(_visit: Visit) -> View:
    return View("compte/retour.html")


@way_back.act(NoFields, limit=SIGN_IN)
async def go_back(visit: Visit, _fields: Fields) -> Response:
    """Every session is over, this one too."""
    await _follow(visit)
    visit.end()
    return visit.go(SIGN_IN_PATH, done="annule")


async def _follow(visit: Visit) -> None:
    await visit.ask(rpc("identity", "FollowMailLink"), pb.FollowMailLinkRequest(token=visit.id("token")))
