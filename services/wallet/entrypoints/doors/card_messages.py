"""Cards, orders and batches on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atouts.wallet.v1 import card_batches_pb2, cards_pb2

from chassis.errors import Malformed
from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application.rules import Rules
from services.wallet.domain.card import CardForm, CardState, OpposedFor
from services.wallet.entrypoints.doors.times import timestamp
from services.wallet.store import seasons
from services.wallet.store.card_orders import CardBatch, CardOrder, OrderState
from services.wallet.store.held_cards import HeldCard

FORMS = {
    CardForm.APP: cards_pb2.CARD_FORM_APP,
    CardForm.PAPER: cards_pb2.CARD_FORM_PAPER,
    CardForm.PVC: cards_pb2.CARD_FORM_PVC,
}
_STATES = {
    CardState.WAITING: cards_pb2.CARD_STATE_WAITING,
    CardState.ACTIVE: cards_pb2.CARD_STATE_ACTIVE,
    CardState.OPPOSED: cards_pb2.CARD_STATE_OPPOSED,
    CardState.REPLACED: cards_pb2.CARD_STATE_REPLACED,
}
_REASONS = {
    cards_pb2.OPPOSITION_REASON_LOST: OpposedFor.LOST,
    cards_pb2.OPPOSITION_REASON_STOLEN: OpposedFor.STOLEN,
}
_REASONS_ON_WIRE = {reason: code for code, reason in _REASONS.items()}
_ORDER_STATES = {
    cards_pb2.CARD_ORDER_STATE_ORDERED: OrderState.ORDERED,
    cards_pb2.CARD_ORDER_STATE_EXPORTED: OrderState.EXPORTED,
    cards_pb2.CARD_ORDER_STATE_SENT: OrderState.SENT,
    cards_pb2.CARD_ORDER_STATE_ACTIVATED: OrderState.ACTIVATED,
    cards_pb2.CARD_ORDER_STATE_CANCELLED: OrderState.CANCELLED,
}
_ORDER_STATES_ON_WIRE = {state: code for code, state in _ORDER_STATES.items()}


@dataclass(frozen=True, slots=True)
class CardMessages:
    """`rulebooks`: those in force today, by scheme and season."""

    rulebooks: Mapping[tuple[str, str], Rulebook]

    @classmethod
    def of(cls, work: Work, rules: Rules) -> CardMessages:
        return cls({season: rules.by_hash(known) for season, known in seasons.open_hashes(work).items()})

    def card(self, held: HeldCard) -> cards_pb2.HeldCard:
        rulebook = self.rulebooks.get((held.scheme, held.season))
        last_day = rulebook.card_last_day if rulebook else None
        return cards_pb2.HeldCard(
            card_id=str(held.card_id),
            form=FORMS[held.form],
            state=_STATES[held.state],
            scheme=held.scheme,
            season=held.season,
            title=rulebook.title if rulebook else "",
            last_day=last_day.isoformat() if last_day else "",
            made_at=timestamp(held.made_at) if held.made_at else None,
            activated_at=timestamp(held.activated_at) if held.activated_at else None,
            ended_at=timestamp(held.ended_at) if held.ended_at else None,
            opposed_for=_REASONS_ON_WIRE[held.opposed_for] if held.opposed_for else None,
        )

    def batch(self, batch: CardBatch) -> card_batches_pb2.CardBatch:
        rulebook = self.rulebooks.get((batch.scheme, batch.season))
        return card_batches_pb2.CardBatch(
            batch_id=str(batch.batch_id),
            scheme=batch.scheme,
            season=batch.season,
            title=rulebook.title if rulebook else "",
            cards=batch.cards,
            without_holders=batch.without_holders,
            made_at=timestamp(batch.made_at),
            sent_at=timestamp(batch.sent_at) if batch.sent_at else None,
        )


def order_message(order: CardOrder) -> cards_pb2.CardOrder:
    return cards_pb2.CardOrder(
        order_id=str(order.order_id),
        person_id=str(order.person_id),
        scheme=order.scheme,
        season=order.season,
        state=_ORDER_STATES_ON_WIRE[order.state],
        batch_id=str(order.batch_id or ""),
        ordered_at=timestamp(order.ordered_at),
        exported_at=timestamp(order.exported_at) if order.exported_at else None,
        sent_at=timestamp(order.sent_at) if order.sent_at else None,
        activated_at=timestamp(order.activated_at) if order.activated_at else None,
    )


def reason_of(code: cards_pb2.OppositionReason) -> OpposedFor:
    """Raises Malformed."""
    if code not in _REASONS:
        raise Malformed("reason", "Dites si la carte est perdue ou volée.", "Say whether the card is lost or stolen.")
    return _REASONS[code]


def order_state_of(code: cards_pb2.CardOrderState) -> OrderState:
    """Those that wait for a batch where nothing is said. Raises Malformed."""
    if code == cards_pb2.CARD_ORDER_STATE_UNSPECIFIED:
        return OrderState.ORDERED
    if code not in _ORDER_STATES:
        raise Malformed("state", "Cet état de commande n'existe pas.", "No such state of an order.")
    return _ORDER_STATES[code]
