"""A young person's cards: printed, ordered, paired, blocked; and the secret code that some tills ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from atouts.identity.v1 import holders_pb2
from atouts.wallet.v1 import cards_pb2 as pb
from starlette.responses import Response

from gateway import answers
from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.problems import Problem
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import OneOf, SecretCode, Text
from gateway.web import words
from gateway.web.forms import Faulty, FormSchema, NoFields
from gateway.web.page import YOUNG, page
from gateway.web.visit import View, Visit

_CHANNELS: Mapping[str, str] = {
    "qr": "quand on scanne ton QR code",
    "number": "quand tu dictes ton code",
    "till": "à la caisse du magasin",
    "terminal": "sur un terminal de paiement",
    "nfc": "sans contact",
}


_REASONS: Mapping[str, pb.OppositionReason] = {
    "perdue": pb.OPPOSITION_REASON_LOST,
    "volee": pb.OPPOSITION_REASON_STOLEN,
}
REASONS = [("perdue", "Perdue"), ("volee", "Volée")]
_ID = ("[A-Za-z0-9_-]{1,64}", "required")
_PDF = answers.File("content", "application/pdf", ".filename")
_DONE = {
    "choisi": "Ton code secret est choisi. Garde-le pour toi.",
    "bloquee": "C’est fait : plus aucune caisse n’accepte ce que tu as déclaré perdu ou volé.",
    "remplacee": "Ta nouvelle carte est prête sur ton téléphone : les codes d’avant ne servent plus.",
    "rattachee": "Ta carte est rattachée à ton compte : tu peux t’en servir.",
    "commandee": "Ta carte est commandée. Tu suis son envoi sur cette page.",
}


class PairingForm(FormSchema):
    code = Text(60, required=True)


class OppositionForm(FormSchema):
    """Without a card, all that are in use."""

    reason = OneOf(*_REASONS, required=True)
    card_id = Text(64, pattern=_ID)


class SecretCodeForm(FormSchema):
    secret_code = SecretCode(required=True)
    again = SecretCode(required=True)


async def card_of(visit: Visit) -> pb.ReadCardResponse:
    """The visitor's own. Raises Problem."""
    found: pb.ReadCardResponse = await visit.ask(rpc("wallet", "ReadCard"), pb.ReadCardRequest())
    return found


@page("/mon-espace/carte", YOUNG, done=_DONE)
async def card(visit: Visit) -> View:
    found = await card_of(visit)
    offers = {offer.form: offer for offer in found.offers}
    values = {
        "card": found,
        "uses": [(use.title, _channels(use.asked_by), bool(use.needed_by)) for use in found.secret_code_uses],
        # One code serves all schemes: the longest that one of them asks for.
        "digits": max((use.digits for use in found.secret_code_uses), default=0),
        "in_use": [one for one in found.cards if one.state == pb.CARD_STATE_ACTIVE],
        "others": [one for one in found.cards if one.state != pb.CARD_STATE_ACTIVE],
        "forms": words.CARD_FORMS,
        "states": words.CARD_STATES,
        "order_states": words.CARD_ORDER_STATES,
        "paper": offers.get(pb.CARD_FORM_PAPER),
        "pvc": offers.get(pb.CARD_FORM_PVC),
        "under_way": next((order for order in found.orders if order.state in _UNDER_WAY), None),
        "app_opposed": _app_opposed(found),
        "reasons": REASONS,
        "has_photo": any(offer.photo for offer in found.offers) and await _has_photo(visit),
        "lost": {pb.OPPOSITION_REASON_LOST: "perdue", pb.OPPOSITION_REASON_STOLEN: "volée"},
    }
    return View("jeune/carte.html", values)


@card.act(NoFields, "/mon-espace/carte/imprimer", limit=SIGN_IN)
async def print_card(visit: Visit, _fields: Fields) -> Response:
    """A file: the page stays where it is."""
    return _PDF.render(await visit.ask(rpc("wallet", "PrintCard", SLOW_S), pb.PrintCardRequest()))


@card.act(NoFields, "/mon-espace/carte/remplacer")
async def replace_app_card(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("wallet", "ReplaceAppCard"), pb.ReplaceAppCardRequest())
    return visit.go(card.path, done="remplacee")


@card.act(NoFields, "/mon-espace/carte/commander")
async def order_card(visit: Visit, _fields: Fields) -> Response:
    """Without an address or a photo, the wallet says so, and the page leads to them."""
    await visit.ask(rpc("wallet", "OrderCard", SLOW_S), pb.OrderCardRequest())
    return visit.go(card.path, done="commandee")


@card.act(PairingForm, "/mon-espace/carte/rattacher", limit=SIGN_IN)
async def pair_card(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("wallet", "PairCard"), pb.PairCardRequest(code=fields["code"]))
    return visit.go(card.path, done="rattachee")


@card.act(OppositionForm, "/mon-espace/carte/opposition")
async def oppose_cards(visit: Visit, fields: Fields) -> Response:
    request = pb.OpposeCardsRequest(card_id=fields.get("card_id", ""), reason=_REASONS[fields["reason"]])
    await visit.ask(rpc("wallet", "OpposeCards"), request)
    return visit.go(card.path, done="bloquee")


@card.act(SecretCodeForm, limit=SIGN_IN)
async def choose_code(visit: Visit, fields: Fields) -> Response:
    """Replaces the one before, and unlocks. Raises Faulty, Problem."""
    if fields["secret_code"] != fields["again"]:
        raise Faulty({"again": "Les deux codes ne sont pas les mêmes."})
    await visit.ask(rpc("wallet", "SetSecretCode"), pb.SetSecretCodeRequest(secret_code=fields["secret_code"]))
    return visit.go(card.path, done="choisi")


_UNDER_WAY = (pb.CARD_ORDER_STATE_ORDERED, pb.CARD_ORDER_STATE_EXPORTED, pb.CARD_ORDER_STATE_SENT)


def _app_opposed(found: pb.ReadCardResponse) -> bool:
    """Whether the app shows no code until its card is replaced."""
    of_app = {one.state for one in found.cards if one.form == pb.CARD_FORM_APP}
    return pb.CARD_STATE_OPPOSED in of_app and pb.CARD_STATE_ACTIVE not in of_app


async def _has_photo(visit: Visit) -> bool:
    """Away, identity keeps nobody from their card's page."""
    try:
        return bool((await visit.ask(rpc("identity", "GetPhoto"), holders_pb2.GetPhotoRequest())).image)
    except Problem:
        return False


def _channels(names: Iterable[str]) -> str:
    return ", ".join(_CHANNELS.get(name, name) for name in names)
