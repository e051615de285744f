"""Cards and presentations."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.wallet.domain.card import Card
from services.wallet.domain.debit import Presentation
from services.wallet.store.tables import cards, presentations


def of_person(work: Work, person_id: UUID) -> Card:
    """The person's card in use, made at its first use."""
    found = _in_use(work, person_id)
    if found:
        return found
    row = {
        "authority_id": work.authority_id,
        "card_id": uuid.uuid4(),
        "person_id": person_id,
        "last_step": 0,
    }
    work.session.execute(insert(cards).values(row).on_conflict_do_nothing())
    card = _in_use(work, person_id)
    assert card is not None
    return card


def lock(work: Work, card_id: UUID) -> Card | None:
    """The card, held until the end of the transaction: its step burns once."""
    row = work.session.execute(
        sa.select(cards).where(cards.c.authority_id == work.authority_id, cards.c.card_id == card_id).with_for_update()
    ).first()
    return card_of(row) if row else None


def save_step(work: Work, card: Card) -> None:
    work.session.execute(
        sa.update(cards)
        .where(cards.c.authority_id == work.authority_id, cards.c.card_id == card.card_id)
        .values(last_step=card.last_step)
    )


def add_presentation(work: Work, presentation: Presentation) -> None:
    work.session.execute(
        sa.insert(presentations).values(
            authority_id=work.authority_id,
            presentation_id=presentation.presentation_id,
            card_id=presentation.card_id,
            partner_id=presentation.partner_id,
            device=presentation.device,
            account_id=work.context.account_id,
            expires_at=presentation.expires_at,
        )
    )


def _in_use(work: Work, person_id: UUID) -> Card | None:
    row = work.session.execute(
        sa.select(cards).where(
            cards.c.authority_id == work.authority_id,
            cards.c.person_id == person_id,
            cards.c.opposed_at.is_(None),
        )
    ).first()
    return card_of(row) if row else None


def card_of(row: Any) -> Card:
    return Card(row.card_id, row.person_id, row.last_step, row.opposed_at is not None)
