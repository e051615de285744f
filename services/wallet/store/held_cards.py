"""Cards as their holders and staff see them: made, paired, opposed, replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.card import CardForm, CardState, OpposedFor
from services.wallet.store.card_tables import card_codes, cards

_HISTORY = 50  # of one person; nobody has so many


@dataclass(frozen=True, slots=True)
class HeldCard:
    """`scheme` and `season` are empty for the app's card. `ended_at`: when it was opposed or replaced."""

    card_id: UUID
    person_id: UUID | None
    form: CardForm
    state: CardState
    scheme: str
    season: str
    made_at: datetime | None
    activated_at: datetime | None
    ended_at: datetime | None
    opposed_for: OpposedFor | None


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card to be made with the hashes of its QR and of what is typed; an app card has none."""

    card_id: UUID
    form: CardForm
    state: CardState
    person_id: UUID | None = None
    scheme: str = ""
    season: str = ""
    qr_hash: bytes = b""
    typed_hash: bytes = b""
    batch_id: UUID | None = None
    sealed_codes: bytes | None = None


def hold_of_person(work: Work, person_id: UUID) -> None:
    """A person's acts on cards come one after the other: each waits here until the one before has ended."""
    line = f"cards/{work.authority_id}/{person_id}"
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))


def add(work: Work, made: Sequence[NewCard]) -> None:
    """With their codes; ids are those that the caller drew."""
    work.session.execute(sa.insert(cards), [_row(work, card) for card in made])
    codes = [
        {"authority_id": work.authority_id, "code_hash": code_hash, "card_id": card.card_id, "typed": typed}
        for card in made
        if card.qr_hash
        for typed, code_hash in ((False, card.qr_hash), (True, card.typed_hash))
    ]
    if codes:
        work.session.execute(sa.insert(card_codes), codes)


def of_person(work: Work, person_id: UUID) -> list[HeldCard]:
    """Latest first, those that are over too; app cards of before cards had a history come last."""
    return _held(
        work.session.execute(
            sa.select(cards)
            .where(cards.c.authority_id == work.authority_id, cards.c.person_id == person_id)
            .order_by(cards.c.made_at.desc().nulls_last(), cards.c.card_id)
            .limit(_HISTORY)
        )
    )


def lock_of_person(work: Work, person_id: UUID) -> list[HeldCard]:
    """Those that are not over, held in id order: no presentation of them begins meanwhile."""
    return _held(
        work.session.execute(
            sa.select(cards)
            .where(
                cards.c.authority_id == work.authority_id,
                cards.c.person_id == person_id,
                cards.c.state.in_([CardState.WAITING.value, CardState.ACTIVE.value]),
            )
            .order_by(cards.c.card_id)
            .with_for_update()
        )
    )


def oppose(work: Work, card_ids: Iterable[UUID], reason: OpposedFor) -> None:
    _end(work, card_ids, state=CardState.OPPOSED.value, opposed_at=work.now, opposed_for=reason.value)


def replace(work: Work, card_ids: Iterable[UUID]) -> None:
    _end(work, card_ids, state=CardState.REPLACED.value, replaced_at=work.now)


def activate(work: Work, card_id: UUID, person_id: UUID) -> None:
    work.session.execute(
        sa.update(cards)
        .where(cards.c.authority_id == work.authority_id, cards.c.card_id == card_id)
        .values(person_id=person_id, state=CardState.ACTIVE.value, activated_at=work.now)
    )


def _end(work: Work, card_ids: Iterable[UUID], **values: object) -> None:
    """Stamped by the machine's clock under the cards' locks: after every presentation of them, before none."""
    work.session.execute(
        sa.update(cards)
        .where(cards.c.authority_id == work.authority_id, cards.c.card_id.in_(list(card_ids)))
        .values(ended_recorded_at=sa.func.clock_timestamp(), **values)
    )


def _row(work: Work, card: NewCard) -> dict[str, object]:
    return {
        "authority_id": work.authority_id,
        "card_id": card.card_id,
        "person_id": card.person_id,
        "last_step": 0,
        "form": card.form.value,
        "state": card.state.value,
        "scheme": card.scheme or None,
        "season": card.season or None,
        "made_at": work.now,
        "activated_at": work.now if card.state is CardState.ACTIVE else None,
        "batch_id": card.batch_id,
        "sealed_codes": card.sealed_codes,
    }


def _held(rows: Iterable[Any]) -> list[HeldCard]:
    return [
        HeldCard(
            row.card_id,
            row.person_id,
            CardForm(row.form),
            CardState(row.state),
            row.scheme or "",
            row.season or "",
            row.made_at,
            row.activated_at,
            row.opposed_at or row.replaced_at,
            OpposedFor(row.opposed_for) if row.opposed_for else None,
        )
        for row in rows
    ]
