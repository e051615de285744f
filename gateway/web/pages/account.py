"""One's own account: its address, and where it is signed in."""

from __future__ import annotations

import asyncio

from atouts.identity.v1 import accounts_pb2, credentials_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema, NoFields
from gateway.web.page import SIGNED_IN, page
from gateway.web.visit import View, Visit

ACCOUNT_PATH = "/compte"
_DONE = {
    "lien": "C’est envoyé : ouvrez le lien du message.",
    "confirmee": "Votre adresse est confirmée.",
    "adresse": "Si cette adresse est libre, un message vient d’y partir : ouvrez son lien dans l’heure.",
    "mot-de-passe": "Votre mot de passe est changé.",
    "facteur": "Votre second facteur est retiré.",
    "fermee": "Cette connexion est fermée.",
    "autres": "Toutes les autres connexions sont fermées.",
}


class AddressForm(FormSchema):
    email = Text(254, required=True)
    password = Text(128, required=True, metadata={"format": "password"})


@page(ACCOUNT_PATH, SIGNED_IN, done=_DONE)
async def account(visit: Visit) -> View:
    own, open_ones = await asyncio.gather(
        visit.ask(rpc("identity", "GetAccount"), accounts_pb2.GetAccountRequest()),
        visit.ask(rpc("identity", "ListSessions"), credentials_pb2.ListSessionsRequest()),
    )
    return View("compte/compte.html", {"account": own.account, "sessions": open_ones.sessions})


@account.act(NoFields, "/compte/confirmation", limit=SIGN_IN)
async def send_confirmation(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("identity", "AskConfirmation"), credentials_pb2.AskConfirmationRequest())
    return visit.go(ACCOUNT_PATH, done="lien")


@account.act(NoFields, "/compte/connexions/autres")
async def end_others(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("identity", "EndOtherSessions"), credentials_pb2.EndOtherSessionsRequest())
    return visit.go(ACCOUNT_PATH, done="autres")


@account.act(NoFields, "/compte/connexions/{session_id}/fin")
async def end_one(visit: Visit, _fields: Fields) -> Response:
    request = credentials_pb2.EndSessionRequest(session_id=visit.id("session_id"))
    await visit.ask(rpc("identity", "EndSession"), request)
    return visit.go(ACCOUNT_PATH, done="fermee")


@page("/compte/adresse", SIGNED_IN)
async def address(visit: Visit) -> View:
    answer = await visit.ask(rpc("identity", "GetAccount"), accounts_pb2.GetAccountRequest())
    return View("compte/adresse.html", {"account": answer.account})


@address.act(AddressForm, limit=SIGN_IN)
async def ask_change(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("identity", "AskEmailChange", SLOW_S), credentials_pb2.AskEmailChangeRequest(**fields))
    return visit.go(ACCOUNT_PATH, done="adresse")
