"""Holders' secret codes, hashed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.wallet.domain.secret_code import SecretCode
from services.wallet.store.card_tables import secret_codes


def find(work: Work, person_id: UUID) -> SecretCode | None:
    return _code(work.session.execute(_of(work, person_id)).first())


def lock(work: Work, person_id: UUID) -> SecretCode | None:
    """The code, held until the end of the transaction: attempts are counted one after the other."""
    return _code(work.session.execute(_of(work, person_id).with_for_update()).first())


def choose(work: Work, person_id: UUID, code_hash: str) -> None:
    """Put a code in the place of the one before, its attempts forgotten."""
    row = {
        "authority_id": work.authority_id,
        "person_id": person_id,
        "code_hash": code_hash,
        "wrong_in_a_row": 0,
        "last_wrong": None,
        "set_at": work.now,
    }
    statement = insert(secret_codes).values(row)
    work.session.execute(
        statement.on_conflict_do_update(index_elements=["authority_id", "person_id"], set_=dict(statement.excluded))
    )


def save_attempts(work: Work, code: SecretCode) -> None:
    work.session.execute(
        sa.update(secret_codes)
        .where(secret_codes.c.authority_id == work.authority_id, secret_codes.c.person_id == code.person_id)
        .values(wrong_in_a_row=code.wrong_in_a_row, last_wrong=code.last_wrong)
    )


def _of(work: Work, person_id: UUID) -> sa.Select[Any]:
    return sa.select(secret_codes).where(
        secret_codes.c.authority_id == work.authority_id, secret_codes.c.person_id == person_id
    )


def _code(row: Any) -> SecretCode | None:
    return SecretCode(row.person_id, row.code_hash, row.wrong_in_a_row, row.last_wrong) if row else None
