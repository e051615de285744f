"""The holder's cards: seen, printed, ordered, paired, opposed; and their secret code."""

from __future__ import annotations

from uuid import UUID

from atouts.wallet.v1 import cards_pb2 as pb

from chassis import pdfs
from chassis.grpc_server import Call, direct
from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application import own_cards, secret_codes
from services.wallet.application.own_cards import OpposeCards
from services.wallet.bootstrap import Parts
from services.wallet.domain.card import CardForm
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.card_messages import FORMS, CardMessages, order_message, reason_of
from services.wallet.store import card_orders, held_cards


class CardDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def read_card(self, work: Work, _request: pb.ReadCardRequest) -> pb.ReadCardResponse:
        person_id, rules = UUID(work.context.account_id), self._parts.rules
        found, messages = secret_codes.read(work, rules, person_id), CardMessages.of(work, rules)
        return pb.ReadCardResponse(
            secret_code_chosen=found.chosen,
            secret_code_locked=found.locked,
            secret_code_uses=[use for rulebook in found.asked_by for use in _uses(rulebook)],
            cards=[messages.card(held) for held in held_cards.of_person(work, person_id)],
            offers=_offers(own_cards.active_rulebooks(work, rules, person_id)),
            orders=[order_message(order) for order in card_orders.of_person(work, person_id)],
        )

    @direct
    def set_secret_code(self, call: Call, request: pb.SetSecretCodeRequest) -> pb.SetSecretCodeResponse:
        """Hashes between two transactions."""
        self._parts.secret_codes.choose(call.context, UUID(call.context.account_id), request.secret_code)
        return pb.SetSecretCodeResponse()

    @direct
    def print_card(self, call: Call, _request: pb.PrintCardRequest) -> pb.PrintCardResponse:
        """Laid out between two transactions."""
        printed = self._parts.paper_cards.print_card(call.context, UUID(call.context.account_id))
        return pb.PrintCardResponse(
            filename="ma-carte.pdf",
            content=printed.content,
            media_type=pdfs.MEDIA_TYPE,
            card_id=str(printed.card_id),
        )

    def replace_app_card(self, work: Work, _request: pb.ReplaceAppCardRequest) -> pb.ReplaceAppCardResponse:
        held = own_cards.replace_app_card(work, UUID(work.context.account_id))
        return pb.ReplaceAppCardResponse(card=CardMessages.of(work, self._parts.rules).card(held))

    def pair_card(self, work: Work, request: pb.PairCardRequest) -> pb.PairCardResponse:
        held = own_cards.pair_card(work, self._parts.rules, UUID(work.context.account_id), request.code)
        return pb.PairCardResponse(card=CardMessages.of(work, self._parts.rules).card(held))

    def oppose_cards(self, work: Work, request: pb.OpposeCardsRequest) -> pb.OpposeCardsResponse:
        command = OpposeCards(
            UUID(work.context.account_id),
            parse.identifier("card_id", request.card_id) if request.card_id else None,
            reason_of(request.reason),
        )
        opposed = own_cards.oppose_cards(work, self._parts.rules, command)
        messages = CardMessages.of(work, self._parts.rules)
        return pb.OpposeCardsResponse(cards=[messages.card(held) for held in opposed])

    @direct
    def order_card(self, call: Call, _request: pb.OrderCardRequest) -> pb.OrderCardResponse:
        """Identity says whether it can be sent, between two transactions."""
        order = self._parts.card_ordering.order(call.context, UUID(call.context.account_id))
        return pb.OrderCardResponse(order=order_message(order))


def _offers(rulebooks: list[Rulebook]) -> list[pb.CardOffer]:
    """Of each form the first, which lasts longest."""
    offered: dict[CardForm, Rulebook] = {}
    for rulebook in rulebooks:
        for form in CardForm:
            if form in rulebook.card.forms:
                offered.setdefault(form, rulebook)
    return [
        pb.CardOffer(
            form=FORMS[form],
            scheme=rulebook.scheme,
            season=rulebook.season,
            title=rulebook.title,
            photo=rulebook.card.photo,
            pairing=rulebook.card.pairing,
        )
        for form, rulebook in offered.items()
    ]


def _uses(rulebook: Rulebook) -> list[pb.SecretCodeUse]:
    rule = rulebook.secret_code
    if rule is None:
        return []
    return [
        pb.SecretCodeUse(
            scheme=rulebook.scheme,
            season=rulebook.season,
            title=rulebook.title,
            digits=rule.digits,
            asked_by=sorted(rule.asked_by),
            needed_by=sorted(rule.needed_by),
        )
    ]
