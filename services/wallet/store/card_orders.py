"""Orders of PVC cards, and the batches that are made for the printer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.wallet.domain.card import CardState
from services.wallet.store import paging
from services.wallet.store.card_tables import card_batches, card_orders, cards


class OrderState(StrEnum):
    ORDERED = "ordered"
    EXPORTED = "exported"
    SENT = "sent"
    ACTIVATED = "activated"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CardOrder:
    order_id: UUID
    person_id: UUID
    scheme: str
    season: str
    state: OrderState
    ordered_at: datetime
    batch_id: UUID | None = None
    card_id: UUID | None = None
    exported_at: datetime | None = None
    sent_at: datetime | None = None
    activated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CardBatch:
    batch_id: UUID
    scheme: str
    season: str
    cards: int
    without_holders: bool
    made_at: datetime
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A card of a batch whose codes are still kept."""

    card_id: UUID
    person_id: UUID | None
    sealed_codes: bytes


def add(work: Work, order: CardOrder) -> bool:
    """False when the person has an order under way."""
    row = {
        "authority_id": work.authority_id,
        "order_id": order.order_id,
        "person_id": order.person_id,
        "scheme": order.scheme,
        "season": order.season,
        "state": order.state.value,
        "ordered_at": order.ordered_at,
    }
    added = insert(card_orders).values(row).on_conflict_do_nothing().returning(card_orders.c.order_id)
    return work.session.execute(added).first() is not None


def of_person(work: Work, person_id: UUID) -> list[CardOrder]:
    """Latest first."""
    wanted = sa.select(card_orders).where(
        card_orders.c.authority_id == work.authority_id, card_orders.c.person_id == person_id
    )
    return _orders(work, wanted.order_by(card_orders.c.ordered_at.desc(), card_orders.c.order_id))


def lock_waiting(work: Work, scheme: str, season: str, limit: int) -> list[CardOrder]:
    """The oldest that wait for a batch, held; a rival's are passed over."""
    wanted = sa.select(card_orders).where(
        card_orders.c.authority_id == work.authority_id,
        card_orders.c.scheme == scheme,
        card_orders.c.season == season,
        card_orders.c.state == OrderState.ORDERED.value,
    )
    ordered = wanted.order_by(card_orders.c.ordered_at, card_orders.c.order_id).limit(limit)
    return _orders(work, ordered.with_for_update(skip_locked=True))


def export(work: Work, batch_id: UUID, chosen: Iterable[tuple[CardOrder, UUID]]) -> None:
    """Orders that are held, each with the card that was made for it."""
    for order, card_id in chosen:
        work.session.execute(
            sa.update(card_orders)
            .where(card_orders.c.authority_id == work.authority_id, card_orders.c.order_id == order.order_id)
            .values(state=OrderState.EXPORTED.value, batch_id=batch_id, card_id=card_id, exported_at=work.now)
        )


def lock_exported(work: Work, batch_id: UUID) -> list[CardOrder]:
    """Those of a batch that are not sent yet, held, in the order of their persons."""
    wanted = sa.select(card_orders).where(
        card_orders.c.authority_id == work.authority_id,
        card_orders.c.batch_id == batch_id,
        card_orders.c.state == OrderState.EXPORTED.value,
    )
    return _orders(work, wanted.order_by(card_orders.c.person_id).with_for_update())


def persons_of(work: Work, batch_id: UUID) -> list[UUID]:
    """Those who ordered a card of the batch, in the order of their ids; nothing is held."""
    rows = work.session.execute(
        sa.select(card_orders.c.person_id)
        .where(card_orders.c.authority_id == work.authority_id, card_orders.c.batch_id == batch_id)
        .order_by(card_orders.c.person_id)
    )
    return [row.person_id for row in rows]


def send(work: Work, order_ids: Sequence[UUID]) -> None:
    work.session.execute(
        sa.update(card_orders)
        .where(card_orders.c.authority_id == work.authority_id, card_orders.c.order_id.in_(order_ids))
        .values(state=OrderState.SENT.value, sent_at=work.now)
    )


def activate(work: Work, card_id: UUID) -> None:
    """The order that the card was made for, if any; in its holder's hands, it was sent."""
    work.session.execute(
        sa.update(card_orders)
        .where(*_under_way(work, card_id))
        .values(
            state=OrderState.ACTIVATED.value,
            activated_at=work.now,
            sent_at=sa.func.coalesce(card_orders.c.sent_at, work.now),
        )
    )


def cancel(work: Work, card_id: UUID) -> None:
    """The order of a card that was opposed before it was used, if any."""
    work.session.execute(
        sa.update(card_orders).where(*_under_way(work, card_id)).values(state=OrderState.CANCELLED.value)
    )


def page(work: Work, state: OrderState, page_token: str) -> tuple[list[CardOrder], str]:
    """Oldest first."""
    after = paging.key_of(page_token, 2)
    wanted = sa.select(card_orders).where(
        card_orders.c.authority_id == work.authority_id, card_orders.c.state == state.value
    )
    if after:
        place = sa.tuple_(card_orders.c.ordered_at, card_orders.c.order_id)
        wanted = wanted.where(place > sa.tuple_(paging.instant(after[0]), paging.identifier(after[1])))
    found = _orders(work, wanted.order_by(card_orders.c.ordered_at, card_orders.c.order_id).limit(paging.PAGE_SIZE + 1))
    rows, token = paging.cut(found, lambda order: (order.ordered_at.isoformat(), str(order.order_id)))
    return list(rows), token


# --- Batches


def add_batch(work: Work, batch: CardBatch) -> None:
    work.session.execute(
        sa.insert(card_batches).values(
            authority_id=work.authority_id,
            batch_id=batch.batch_id,
            scheme=batch.scheme,
            season=batch.season,
            cards=batch.cards,
            without_holders=batch.without_holders,
            made_at=batch.made_at,
        )
    )


def find_batch(work: Work, batch_id: UUID) -> CardBatch | None:
    return _batch(work, _by_id(work, batch_id))


def lock_batch(work: Work, batch_id: UUID) -> CardBatch | None:
    return _batch(work, _by_id(work, batch_id).with_for_update())


def send_batch(work: Work, batch_id: UUID) -> None:
    """Its codes are kept no longer."""
    work.session.execute(
        sa.update(card_batches)
        .where(card_batches.c.authority_id == work.authority_id, card_batches.c.batch_id == batch_id)
        .values(sent_at=work.now)
    )
    work.session.execute(
        sa.update(cards)
        .where(cards.c.authority_id == work.authority_id, cards.c.batch_id == batch_id)
        .values(sealed_codes=None)
    )


def to_print(work: Work, batch_id: UUID) -> list[ToPrint]:
    """In id order; a card that was opposed meanwhile is not printed."""
    rows = work.session.execute(
        sa.select(cards.c.card_id, cards.c.person_id, cards.c.sealed_codes)
        .where(
            cards.c.authority_id == work.authority_id,
            cards.c.batch_id == batch_id,
            cards.c.state == CardState.WAITING.value,
            cards.c.sealed_codes.is_not(None),
        )
        .order_by(cards.c.card_id)
    )
    return [ToPrint(row.card_id, row.person_id, row.sealed_codes) for row in rows]


def note_left_out(work: Work, batch_id: UUID, card_ids: Sequence[UUID]) -> None:
    """Those that the printer's last file does not have: no other is."""
    work.session.execute(
        sa.update(cards)
        .where(cards.c.authority_id == work.authority_id, cards.c.batch_id == batch_id)
        .where(cards.c.left_out != cards.c.card_id.in_(card_ids))
        .values(left_out=cards.c.card_id.in_(card_ids))
    )


def left_out_of(work: Work, batch_id: UUID) -> frozenset[UUID]:
    rows = work.session.execute(
        sa.select(cards.c.card_id).where(
            cards.c.authority_id == work.authority_id, cards.c.batch_id == batch_id, cards.c.left_out
        )
    )
    return frozenset(row.card_id for row in rows)


def batch_page(work: Work, page_token: str) -> tuple[list[CardBatch], str]:
    """Latest first."""
    after = paging.key_of(page_token, 2)
    wanted = sa.select(card_batches).where(card_batches.c.authority_id == work.authority_id)
    if after:
        place = sa.tuple_(card_batches.c.made_at, card_batches.c.batch_id)
        wanted = wanted.where(place < sa.tuple_(paging.instant(after[0]), paging.identifier(after[1])))
    ordered = wanted.order_by(card_batches.c.made_at.desc(), card_batches.c.batch_id.desc())
    found = [_batch_of(row) for row in work.session.execute(ordered.limit(paging.PAGE_SIZE + 1))]
    rows, token = paging.cut(found, lambda batch: (batch.made_at.isoformat(), str(batch.batch_id)))
    return list(rows), token


def _under_way(work: Work, card_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    open_states = [OrderState.EXPORTED.value, OrderState.SENT.value]
    return (
        card_orders.c.authority_id == work.authority_id,
        card_orders.c.card_id == card_id,
        card_orders.c.state.in_(open_states),
    )


def _by_id(work: Work, batch_id: UUID) -> sa.Select[Any]:
    return sa.select(card_batches).where(
        card_batches.c.authority_id == work.authority_id, card_batches.c.batch_id == batch_id
    )


def _batch(work: Work, wanted: sa.Select[Any]) -> CardBatch | None:
    row = work.session.execute(wanted).first()
    return _batch_of(row) if row else None


def _batch_of(row: Any) -> CardBatch:
    return CardBatch(row.batch_id, row.scheme, row.season, row.cards, row.without_holders, row.made_at, row.sent_at)


def _orders(work: Work, wanted: sa.Select[Any]) -> list[CardOrder]:
    return [
        CardOrder(
            row.order_id,
            row.person_id,
            row.scheme,
            row.season,
            OrderState(row.state),
            row.ordered_at,
            row.batch_id,
            row.card_id,
            row.exported_at,
            row.sent_at,
            row.activated_at,
        )
        for row in work.session.execute(wanted)
    ]
