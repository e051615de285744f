"""How a holder shows a card: in the app, on paper, in PVC; scanned, typed, or presented before."""

from __future__ import annotations

from typing import Any

from atouts.wallet.v1 import debits_pb2
from hypothesis import strategies as st

from tests.integration.wallet.ledger_model.cards import Card, Shown
from tests.integration.wallet.ledger_model.world import World, same

AT_ONCE = ("scanned", "typed")
IN_THE_APP = (*AT_ONCE, "presented", "terminal", "nfc")
STATIC = ("paper", "paper typed", "paper presented", "pvc")
WAY = st.sampled_from((*IN_THE_APP, *IN_THE_APP, *STATIC))

Proof = tuple[dict[str, str], Shown]


def show(world: World, member: str, partner: str, way: str) -> Proof | None:
    """What goes with the request, and the card; None where the holder has none to show, or it may not be presented."""
    world.tick()
    if way in STATIC:
        return _static(world, member, partner, way)
    card = world.model.cards.app(member)
    told, shown = world.ask("ShowCode", debits_pb2.ShowCodeRequest(), world.members[member])
    same(told, "done" if card else "app_card_opposed", "show code")
    if card is None:
        return None
    if way == "presented":
        return _presented(world, card, partner, shown.code)
    if way in ("terminal", "nfc"):
        return {"code": shown.code, "channel": way}, Shown(card, way)
    if way == "typed":
        return {"code": shown.typed_code}, Shown(card, "till", typed_at=partner)
    return {"code": shown.code}, Shown(card, "till")


def _static(world: World, member: str, partner: str, way: str) -> Proof | None:
    """The latest of that form that the holder has in hand, whatever became of it."""
    form = way.split()[0]
    own = [card for card in world.model.cards.held if (card.member, card.form) == (member, form)]
    if not own:
        return None
    if way == "paper presented":
        return _presented(world, own[-1], partner, own[-1].qr)
    typed = way == "paper typed"
    code = own[-1].typed if typed else own[-1].qr
    return {"code": code}, Shown(own[-1], "till", typed_at=partner if typed else "")


def _presented(world: World, card: Card, partner: str, code: str) -> Proof | None:
    request = debits_pb2.PresentCardRequest(partner_id=str(world.partners[partner]), code=code, device="caisse 1")
    told, presentation = world.ask("PresentCard", request, world.cashier)
    same(told, world.model.cards.unusable(card) or "done", "present")
    return None if told != "done" else ({"presentation_id": presentation.presentation_id}, Shown(card, "qr"))


def presentation_of(world: World, member: str, partner: str) -> str:
    """The id of one that was made just now; empty where there is none."""
    proof: Any = show(world, member, partner, "presented")
    return str(proof[0]["presentation_id"]) if proof else ""
