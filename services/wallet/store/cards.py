"""Cards as a till meets them, and presentations. What holders and staff do with them: held_cards.py."""

from __future__ import annotations

import secrets
import uuid
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import sqlalchemy.exc
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.wallet.domain import crockford
from services.wallet.domain.card import NOBODY, NUMBER_LENGTH, Card, CardForm, CardState
from services.wallet.domain.card_errors import AppCardOpposed
from services.wallet.domain.debit import Presentation
from services.wallet.store.card_tables import card_codes, cards, presentations

_COLUMNS = (
    cards.c.card_id,
    cards.c.person_id,
    cards.c.last_step,
    cards.c.state,
    cards.c.form,
    cards.c.number,
    cards.c.scheme.label("card_scheme"),
    cards.c.season.label("card_season"),
)
_DRAWS = 8  # a number that another card has is drawn again; two of a million are alike once in a million times


def of_person(work: Work, person_id: UUID) -> tuple[Card, str]:
    """The person's app card in use with its number, both made at their first use. Raises AppCardOpposed."""
    for _ in range(_DRAWS):
        row = _latest_app(work, person_id)
        if row is not None and row.state == CardState.OPPOSED.value:
            raise AppCardOpposed
        if row is None:
            _add(work, person_id)
        elif row.number is None:
            _number(work, row.card_id)
        else:
            return card_of(row), row.number
    raise AssertionError("no free number was drawn")


def lock(work: Work, card_id: UUID) -> Card | None:
    """The card, held until the end of the transaction: its step burns once."""
    return _lock(work, cards.c.card_id == card_id)


def lock_numbered(work: Work, number: str) -> Card | None:
    """The card with this number, held likewise."""
    return _lock(work, cards.c.number == number)


def _lock(work: Work, which: sa.ColumnElement[bool]) -> Card | None:
    row = work.session.execute(
        sa.select(*_COLUMNS).where(cards.c.authority_id == work.authority_id, which).with_for_update()
    ).first()
    return card_of(row) if row else None


def lock_coded(work: Work, code_hash: bytes) -> Card | None:
    """The card that bears this static code, held likewise: it is not opposed meanwhile."""
    return _lock(work, _bearing(work, code_hash))


def find_coded(work: Work, code_hash: bytes) -> Card | None:
    """The same, not held."""
    return _find(work, _bearing(work, code_hash))


def _bearing(work: Work, code_hash: bytes) -> sa.ColumnElement[bool]:
    bearer = sa.select(card_codes.c.card_id).where(
        card_codes.c.authority_id == work.authority_id, card_codes.c.code_hash == code_hash
    )
    return cards.c.card_id == bearer.scalar_subquery()


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
            channel=presentation.channel,
        )
    )


def find(work: Work, card_id: UUID) -> Card | None:
    """The card, not held."""
    return _find(work, cards.c.card_id == card_id)


def find_numbered(work: Work, number: str) -> Card | None:
    """The card with this number, not held."""
    return _find(work, cards.c.number == number)


def _find(work: Work, which: sa.ColumnElement[bool]) -> Card | None:
    row = work.session.execute(sa.select(*_COLUMNS).where(cards.c.authority_id == work.authority_id, which)).first()
    return card_of(row) if row else None


def find_presentation(work: Work, presentation_id: UUID) -> Presentation | None:
    row = work.session.execute(
        sa.select(presentations).where(
            presentations.c.authority_id == work.authority_id, presentations.c.presentation_id == presentation_id
        )
    ).first()
    return presentation_of(presentation_id, row) if row else None


def _add(work: Work, person_id: UUID) -> None:
    """Nothing where a rival made it first, or where another card has the number."""
    row = {
        "authority_id": work.authority_id,
        "card_id": uuid.uuid4(),
        "person_id": person_id,
        "last_step": 0,
        "number": _drawn(),
        "made_at": work.now,
        "activated_at": work.now,
    }
    work.session.execute(insert(cards).values(row).on_conflict_do_nothing())


def _number(work: Work, card_id: UUID) -> None:
    """Number a card of before numbers; nothing where another card has the one that was drawn."""
    numbered = sa.update(cards).where(
        cards.c.authority_id == work.authority_id, cards.c.card_id == card_id, cards.c.number.is_(None)
    )
    try:
        with work.session.begin_nested():
            work.session.execute(numbered.values(number=_drawn()))
    except sqlalchemy.exc.IntegrityError:
        return


def _drawn() -> str:
    return crockford.written(secrets.randbits(5 * NUMBER_LENGTH), NUMBER_LENGTH)


def _latest_app(work: Work, person_id: UUID) -> Any | None:
    """The one in use first, then one that was opposed; a replaced one is over."""
    return work.session.execute(
        sa.select(*_COLUMNS)
        .where(
            cards.c.authority_id == work.authority_id,
            cards.c.person_id == person_id,
            cards.c.form == CardForm.APP.value,
            cards.c.state.in_([CardState.ACTIVE.value, CardState.OPPOSED.value]),
        )
        .order_by(cards.c.state)
        .limit(1)
    ).first()


def card_of(row: Any) -> Card:
    return Card(
        row.card_id,
        row.person_id or NOBODY,
        row.last_step,
        CardState(row.state),
        CardForm(row.form),
        row.card_scheme or "",
        row.card_season or "",
    )


def presentation_of(presentation_id: UUID, row: Any) -> Presentation:
    return Presentation(presentation_id, row.card_id, row.partner_id, row.device, row.expires_at, row.channel)
