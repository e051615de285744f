"""A young person's card: the secret code that some tills ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from atouts.wallet.v1 import cards_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import SecretCode
from gateway.web.forms import Faulty, FormSchema
from gateway.web.page import YOUNG, page
from gateway.web.visit import View, Visit

_CHANNELS: Mapping[str, str] = {
    "qr": "quand on scanne ton QR code",
    "number": "quand tu dictes ton code",
    "till": "à la caisse du magasin",
    "terminal": "sur un terminal de paiement",
    "nfc": "sans contact",
}


class SecretCodeForm(FormSchema):
    secret_code = SecretCode(required=True)
    again = SecretCode(required=True)


async def card_of(visit: Visit) -> pb.ReadCardResponse:
    """The visitor's own. Raises Problem."""
    found: pb.ReadCardResponse = await visit.ask(rpc("wallet", "ReadCard"), pb.ReadCardRequest())
    return found


@page("/mon-espace/carte", YOUNG, done={"choisi": "Ton code secret est choisi. Garde-le pour toi."})
async def card(visit: Visit) -> View:
    found = await card_of(visit)
    values = {
        "card": found,
        "uses": [(use.title, _channels(use.asked_by), bool(use.needed_by)) for use in found.secret_code_uses],
        # One code serves all schemes: the longest that one of them asks for.
        "digits": max((use.digits for use in found.secret_code_uses), default=0),
    }
    return View("jeune/carte.html", values)


@card.act(SecretCodeForm, limit=SIGN_IN)
async def choose_code(visit: Visit, fields: Fields) -> Response:
    """Replaces the one before, and unlocks. Raises Faulty, Problem."""
    if fields["secret_code"] != fields["again"]:
        raise Faulty({"again": "Les deux codes ne sont pas les mêmes."})
    await visit.ask(rpc("wallet", "SetSecretCode"), pb.SetSecretCodeRequest(secret_code=fields["secret_code"]))
    return visit.go(card.path, done="choisi")


def _channels(names: Iterable[str]) -> str:
    return ", ".join(_CHANNELS.get(name, name) for name in names)
