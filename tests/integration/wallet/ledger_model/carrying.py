"""Cards and secret codes: printed, ordered, paired, opposed, replaced; chosen, guessed at and mistyped."""

from __future__ import annotations

from typing import Any

from atouts.wallet.v1 import card_batches_pb2, cards_pb2, debits_pb2
from hypothesis import strategies as st

from tests.integration.wallet.card_counter import LOST, drawn_codes, printers_lines
from tests.integration.wallet.ledger_model.cards import Order
from tests.integration.wallet.ledger_model.command import (
    ANY,
    PARTNER,
    RIGHT_CODE,
    WRONG_CODE,
    Command,
    member,
    member_with,
    one_of,
    usual_partner,
)
from tests.integration.wallet.ledger_model.paying import debit, debit_by
from tests.integration.wallet.ledger_model.rights import LEDGER
from tests.integration.wallet.ledger_model.showing import IN_THE_APP, show
from tests.integration.wallet.ledger_model.world import World, same
from tests.integration.wallet.stage import SEASON


def choose_code(world: World, who: int) -> None:
    name = member(world, who)
    request = cards_pb2.SetSecretCodeRequest(secret_code=RIGHT_CODE)
    told, _ = world.ask("SetSecretCode", request, world.members[name])
    same(told, world.model.cards.choose_code(name, RIGHT_CODE), "choose a code")


def guess_code(world: World, who: int, times: int) -> None:
    """Wrong ones in a row, at a terminal: five lock it, and then the right one is refused too."""
    name = member_with(world, who, "livres")
    for _ in range(times):
        debit(world, name, "livres", "boutique", 100, "terminal", WRONG_CODE)
    debit(world, name, "livres", "boutique", 100, "terminal", RIGHT_CODE)


def mistype(world: World, who: int, partner: str, times: int) -> None:
    """The app's code with another check character."""
    name = member(world, who)
    proof: Any = show(world, name, partner, "typed")
    if proof is None:
        return
    typed = proof[0]["code"]
    wrong = typed[:-1] + ("0" if typed[-1] != "0" else "1")
    for _ in range(times):
        request = debits_pb2.PresentCardRequest(partner_id=str(world.partners[partner]), code=wrong, device="caisse 1")
        told, _ = world.ask("PresentCard", request, world.cashier)
        same(told, world.model.cards.mistype(proof[1].card, partner), "mistyped")


def oppose(world: World, who: int, by_staff: bool) -> None:
    oppose_of(world, member(world, who), by_staff)


def oppose_of(world: World, name: str, by_staff: bool) -> None:
    person = world.members[name]
    if by_staff:
        asked = card_batches_pb2.OpposePersonCardsRequest(person_id=person.account_id, reason=LOST)
        told, _ = world.ask("OpposePersonCards", asked, world.chief)
    else:
        told, _ = world.ask("OpposeCards", cards_pb2.OpposeCardsRequest(reason=LOST), person)
    same(told, world.model.cards.oppose(name), "oppose")


def replace_app(world: World, who: int) -> None:
    replace_app_of(world, member(world, who))


def replace_app_of(world: World, name: str) -> None:
    told, _ = world.ask("ReplaceAppCard", cards_pb2.ReplaceAppCardRequest(), world.members[name])
    same(told, "done", "replace the app's card")
    world.model.cards.replace_app(name)


def pay_with_what_is_over(world: World, who: int, way: str, opposed: bool, secret: str) -> None:
    """A code that was shown, or a presentation that was made, before its card was opposed or replaced."""
    name = member_with(world, who, "livres")
    proof = show(world, name, "boutique", way)
    if proof is None:
        return
    if opposed:
        oppose_of(world, name, by_staff=False)
    else:
        replace_app_of(world, name)
    debit_by(world, proof, "livres", "boutique", 100, secret)


def print_paper(world: World, who: int) -> None:
    name = member(world, who)
    with drawn_codes() as drawn:
        told, _ = world.ask("PrintCard", cards_pb2.PrintCardRequest(), world.members[name])
    same(told, world.model.cards.print_paper(name), "print a card")
    if told == "done":
        world.model.cards.printed(name, drawn[-1].qr, drawn[-1].typed)


def order_card(world: World, who: int) -> None:
    name = member_with(world, who, "club")
    told, _ = world.ask("OrderCard", cards_pb2.OrderCardRequest(), world.members[name])
    same(told, world.model.cards.order(name), "order a card")


def export_orders(world: World) -> None:
    if not world.model.cards.orders:
        order_card(world, 1)
    waiting = world.model.cards.waiting_orders()
    request = card_batches_pb2.ExportCardOrdersRequest(idempotency_key=world.stage.key(), scheme=LEDGER, season=SEASON)
    told, answer = world.ask("ExportCardOrders", request, world.chief)
    same(told, "done" if waiting else "no_order_waits", "export orders")
    if told == "done":
        _made(world, answer.batch, waiting)


def make_cards(world: World, count: int) -> None:
    """Without holders."""
    request = card_batches_pb2.MakeCardsRequest(
        idempotency_key=world.stage.key(), scheme=LEDGER, season=SEASON, count=count
    )
    told, answer = world.ask("MakeCards", request, world.chief)
    same(told, "done", "make cards")
    _made(world, answer.batch, [])


def _made(world: World, batch: Any, orders: list[Order]) -> None:
    """Their codes are read from the printer's file."""
    asked = card_batches_pb2.GetCardBatchFileRequest(batch_id=batch.batch_id)
    told, file = world.ask("GetCardBatchFile", asked, world.chief)
    same(told, "done", "the printer's file")
    holders = {str(row.card_id): str(row.person_id) for row in world.stage.rows("cards") if row.person_id}
    names = {person.account_id: name for name, person in world.members.items()}
    lines = printers_lines(file.content)
    codes = [(names.get(holders.get(line["carte"], ""), ""), line["qr"], line["code"]) for line in lines]
    same(sorted(name for name, _, _ in codes if name), sorted(order.member for order in orders), "who gets a card")
    world.model.cards.made(batch.batch_id, orders, codes)


def send_batch(world: World, which: int) -> None:
    if not world.model.cards.batches:
        make_cards(world, 1)
    batch_id = one_of(world.model.cards.batches, which)
    if batch_id:
        request = card_batches_pb2.MarkCardBatchSentRequest(batch_id=batch_id)
        same(world.ask("MarkCardBatchSent", request, world.chief)[0], "done", "send a batch")
        world.model.cards.send(batch_id)


def pair(world: World, who: int, which: int, own: bool) -> None:
    """A card in PVC: one's own, most often, or any; a code that no card bears where there is none."""
    name = member(world, who)
    if not world.model.cards.batches:
        make_cards(world, 1)
    plastic = [card for card in world.model.cards.held if card.form == "pvc"]
    known = [card for card in plastic if card.member in ("", name)] if own else plastic
    card = known[which % len(known)] if known else None
    request = cards_pb2.PairCardRequest(code=card.typed if card else "7K3M-29QX-D4P1-8T")
    told, _ = world.ask("PairCard", request, world.members[name])
    same(told, world.model.cards.pair(name, card), "pair a card")


def pay_by_plastic(world: World, who: int, cents: int) -> None:
    """One who paired a card, if anybody did."""
    paired = [card.member for card in world.model.cards.held if card.form == "pvc" and card.member]
    if paired:
        debit(world, paired[who % len(paired)], "club", usual_partner("club", who), cents, "pvc", "")


_MINE = {"who": ANY}
COMMANDS = (
    Command("choose_code", choose_code, ("secret_codes.SecretCodes.choose",), _MINE),
    Command(
        "guess_code",
        guess_code,
        ("secret_codes.SecretCodes.try_for",),
        {"who": ANY, "times": st.sampled_from([1, 2, 5])},
    ),
    Command(
        "mistype",
        mistype,
        ("cards.present_card",),
        {"who": ANY, "partner": PARTNER, "times": st.sampled_from([1, 1, 11])},
    ),
    Command("oppose", oppose, ("own_cards.oppose_cards",), {"who": ANY, "by_staff": st.booleans()}),
    Command("replace_app", replace_app, ("own_cards.replace_app_card",), _MINE),
    Command(
        "pay_with_what_is_over",
        pay_with_what_is_over,
        ("own_cards.oppose_cards",),
        {
            "who": ANY,
            "way": st.sampled_from(IN_THE_APP),
            "opposed": st.booleans(),
            "secret": st.sampled_from(["", WRONG_CODE]),
        },
    ),
    Command("print_paper", print_paper, ("paper_cards.PaperCards.print_card",), _MINE),
    Command("order_card", order_card, ("card_orders.CardOrdering.order",), _MINE),
    Command("export_orders", export_orders, ("card_orders.export_orders", "card_orders.CardOrdering.printers_file")),
    Command("make_cards", make_cards, ("card_orders.make_cards",), {"count": st.integers(1, 2)}),
    Command("send_batch", send_batch, ("card_orders.mark_sent",), {"which": ANY}),
    Command(
        "pair", pair, ("own_cards.pair_card",), {"who": ANY, "which": ANY, "own": st.sampled_from([True, True, False])}
    ),
    Command("pay_by_plastic", pay_by_plastic, (), {"who": ANY, "cents": st.integers(1, 900)}),
)
