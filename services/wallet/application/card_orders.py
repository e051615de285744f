"""PVC cards: ordered by holders or made without one, exported for the printer once, sent, used.

Names, addresses and photos stay with identity: it is asked when an order is made and when the printer's file is
written, between transactions, and nothing of its answers is kept. A batch may be downloaded again until it is sent:
its codes are the same each time, sealed until then and known by keyed hash alone afterwards.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from chassis.context import CallContext
from chassis.crypto import Cipher
from chassis.grpc_server import Platform
from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application import static_codes
from services.wallet.application.idempotency import Done, RequestKey, once
from services.wallet.application.own_cards import activate_instead, offering
from services.wallet.application.rules import Rules
from services.wallet.application.static_codes import PrintedCodes
from services.wallet.application.transactions import in_transaction
from services.wallet.domain.card import CardForm, CardState
from services.wallet.domain.card_errors import (
    BatchSent,
    CardFormNotOffered,
    CardOrderUnderWay,
    NoOrderWaits,
    PhotoMissing,
    PostalAddressMissing,
    UnknownBatch,
)
from services.wallet.domain.card_holder import CardHolder
from services.wallet.domain.printers_file import CSV_TYPE, ZIP_TYPE, PrintedCard, csv_of, zip_of
from services.wallet.store import card_orders, held_cards
from services.wallet.store.card_orders import CardBatch, CardOrder, OrderState, ToPrint
from services.wallet.store.held_cards import NewCard

BATCH_LIMIT = 500  # 20 MB with photos


class Holders(Protocol):
    """Who knows names, addresses and photos: identity. Called outside any transaction."""

    def look_up(self, person_ids: Sequence[UUID], with_photos: bool = False) -> Mapping[UUID, CardHolder]:
        """The known among these persons. Raises Operational."""


@dataclass(frozen=True, slots=True)
class PrintersFile:
    """`left_out`: cards whose holder has no address, or no photo, any more."""

    filename: str
    content: bytes
    media_type: str
    left_out: int


class CardOrdering:
    """What asks identity between transactions; opens its own."""

    def __init__(self, platform: Platform, rules: Rules, holders: Holders) -> None:
        self._platform = platform
        self._rules = rules
        self._holders = holders

    def order(self, context: CallContext, person_id: UUID) -> CardOrder:
        """Raises CardFormNotOffered, PostalAddressMissing, PhotoMissing, CardOrderUnderWay, Operational."""
        rulebook = in_transaction(
            self._platform, context, lambda work: offering(work, self._rules, person_id, CardForm.PVC)
        )
        _check_sendable(self._holders.look_up([person_id]).get(person_id), rulebook)
        return in_transaction(self._platform, context, lambda work: _add_order(work, rulebook, person_id))

    def printers_file(self, context: CallContext, batch_id: UUID) -> PrintersFile:
        """Raises UnknownBatch, BatchSent, Operational."""
        batch, rulebook, found = in_transaction(self._platform, context, lambda work: self._to_print(work, batch_id))
        with_photos = rulebook.card.photo and not batch.without_holders
        person_ids = [card.person_id for card in found if card.person_id]
        holders = self._holders.look_up(person_ids, with_photos) if person_ids else {}
        printed = [card for each in found if (card := self._printed(batch, each, holders, rulebook))]
        left_out = sorted({each.card_id for each in found} - {card.card_id for card in printed})
        in_transaction(self._platform, context, lambda work: card_orders.note_left_out(work, batch_id, left_out))
        content = zip_of(printed) if with_photos else csv_of(printed)
        kind, media_type = ("zip", ZIP_TYPE) if with_photos else ("csv", CSV_TYPE)
        name = f"cartes-{batch.scheme}-{batch.season}-{str(batch_id)[:8]}.{kind}"
        return PrintersFile(name, content, media_type, len(left_out))

    def _to_print(self, work: Work, batch_id: UUID) -> tuple[CardBatch, Rulebook, list[ToPrint]]:
        batch = card_orders.find_batch(work, batch_id)
        if batch is None:
            raise UnknownBatch
        if batch.sent_at:
            raise BatchSent
        work.audit("card_batch_read", str(batch_id))
        rulebook = self._rules.in_force(work, batch.scheme, batch.season)
        return batch, rulebook, card_orders.to_print(work, batch_id)

    def _printed(
        self, batch: CardBatch, card: ToPrint, holders: Mapping[UUID, CardHolder], rulebook: Rulebook
    ) -> PrintedCard | None:
        codes = json.loads(self._rules.cipher.open_text(card.sealed_codes, _bound_to(card.card_id)))
        holder = holders.get(card.person_id) if card.person_id else None
        if card.person_id:
            try:
                _check_sendable(holder, rulebook)
            except (PostalAddressMissing, PhotoMissing):
                return None
        return PrintedCard(card.card_id, batch.scheme, batch.season, codes["qr"], codes["typed"], holder)


def export_orders(
    work: Work, rules: Rules, key: RequestKey, scheme: str, season: str
) -> tuple[Mapping[str, Any], bool]:
    """The outcome (batch_id), and whether it is replayed.

    Raises UnknownSeason, SeasonNotOpen, NoOrderWaits, KeyReused.
    """
    return once(work, key, lambda: _export(work, rules, scheme, season))


def make_cards(
    work: Work, rules: Rules, key: RequestKey, scheme: str, season: str, count: int
) -> tuple[Mapping[str, Any], bool]:
    """Cards without holders. The outcome (batch_id), and whether it is replayed.

    Raises UnknownSeason, SeasonNotOpen, CardFormNotOffered, KeyReused.
    """
    return once(work, key, lambda: _make(work, rules, scheme, season, count))


def mark_sent(work: Work, rules: Rules, batch_id: UUID) -> CardBatch:
    """The batch is on its way; said again it changes nothing. Where the rulebook asks for no pairing, its holders'
    cards are in use from now on; orders that the printer's last file left out are over. Raises UnknownBatch."""
    batch = card_orders.lock_batch(work, batch_id)
    if batch is None:
        raise UnknownBatch
    if batch.sent_at is None:
        paired = rules.in_force(work, batch.scheme, batch.season).card.pairing
        if not paired:
            for person_id in card_orders.persons_of(work, batch_id):
                held_cards.hold_of_person(work, person_id)  # before cards and orders are held, as holders' acts do
        card_orders.send_batch(work, batch_id)
        _send_orders(work, batch_id, paired=paired)
        work.audit("card_batch_sent", str(batch_id))
    return batch_of(work, batch_id)


def batch_of(work: Work, batch_id: UUID) -> CardBatch:
    """Raises UnknownBatch."""
    batch = card_orders.find_batch(work, batch_id)
    if batch is None:
        raise UnknownBatch
    return batch


def _send_orders(work: Work, batch_id: UUID, *, paired: bool) -> None:
    left_out = card_orders.left_out_of(work, batch_id)
    orders = card_orders.lock_exported(work, batch_id)
    card_orders.send(work, [order.order_id for order in orders if order.card_id not in left_out])
    for order in orders:
        assert order.card_id is not None
        if order.card_id in left_out:
            held_cards.replace(work, [order.card_id])
            card_orders.cancel(work, order.card_id)
        elif not paired:
            activate_instead(work, order.card_id, order.person_id, CardForm.PVC)


def _check_sendable(holder: CardHolder | None, rulebook: Rulebook) -> None:
    if holder is None or not holder.address:
        raise PostalAddressMissing
    if rulebook.card.photo and not holder.has_photo:
        raise PhotoMissing


def _add_order(work: Work, rulebook: Rulebook, person_id: UUID) -> CardOrder:
    order = CardOrder(uuid.uuid4(), person_id, rulebook.scheme, rulebook.season, OrderState.ORDERED, work.now)
    if not card_orders.add(work, order):
        raise CardOrderUnderWay
    work.audit("card_ordered", str(order.order_id))
    return order


def _export(work: Work, rules: Rules, scheme: str, season: str) -> Done:
    rules.in_force(work, scheme, season)
    orders = card_orders.lock_waiting(work, scheme, season, BATCH_LIMIT)
    if not orders:
        raise NoOrderWaits
    batch = CardBatch(uuid.uuid4(), scheme, season, len(orders), without_holders=False, made_at=work.now)
    made = [_made(work, rules.cipher, batch, order.person_id) for order in orders]
    _add(work, batch, made)
    card_orders.export(work, batch.batch_id, zip(orders, [card.card_id for card in made], strict=True))
    return Done({"batch_id": str(batch.batch_id)})


def _make(work: Work, rules: Rules, scheme: str, season: str, count: int) -> Done:
    if CardForm.PVC not in rules.in_force(work, scheme, season).card.forms:
        raise CardFormNotOffered
    batch = CardBatch(uuid.uuid4(), scheme, season, count, without_holders=True, made_at=work.now)
    _add(work, batch, [_made(work, rules.cipher, batch, None) for _ in range(count)])
    return Done({"batch_id": str(batch.batch_id)})


def _add(work: Work, batch: CardBatch, made: Sequence[NewCard]) -> None:
    card_orders.add_batch(work, batch)
    held_cards.add(work, made)
    work.audit("card_batch_made", str(batch.batch_id), after={"cards": batch.cards})


def _made(work: Work, cipher: Cipher, batch: CardBatch, person_id: UUID | None) -> NewCard:
    card_id, codes = uuid.uuid4(), static_codes.draw()
    hashes = static_codes.hashes_of(cipher, work.authority_id, codes)
    return NewCard(
        card_id,
        CardForm.PVC,
        CardState.WAITING,
        person_id,
        batch.scheme,
        batch.season,
        hashes.qr,
        hashes.typed,
        batch.batch_id,
        cipher.seal_text(_packed(codes), _bound_to(card_id)),
    )


def _packed(codes: PrintedCodes) -> str:
    return json.dumps({"qr": codes.qr, "typed": codes.typed})


def _bound_to(card_id: UUID) -> str:
    return f"card_codes/{card_id}"
