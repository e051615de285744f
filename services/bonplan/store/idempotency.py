"""Answers given under an idempotency key."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.bonplan.domain.errors import IdempotencyKeyReused
from services.bonplan.store.tables import idempotency


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request under its caller's key. `request_hash` tells another request from the same again."""

    operation: str
    key: str
    request_hash: bytes


def claim(work: Work, request: KeyedRequest) -> bytes | None:
    """None when this transaction is the first to answer; a rival with the same key waits here for our commit.

    Otherwise the answer given before. Raises IdempotencyKeyReused.
    """
    identity = _identity(work, request)
    fresh = identity | {"request_hash": request.request_hash, "answered_at": work.now}
    statement = insert(idempotency).values(fresh).on_conflict_do_nothing()
    if work.session.execute(statement.returning(idempotency.c.key)).first():
        return None
    known = work.session.execute(
        sa.select(idempotency.c.request_hash, idempotency.c.answer).filter_by(**identity)
    ).one()
    if known.request_hash != request.request_hash:
        raise IdempotencyKeyReused(request.key)
    answer: bytes = known.answer
    return answer


def keep_answer(work: Work, request: KeyedRequest, answer: bytes) -> None:
    work.session.execute(sa.update(idempotency).filter_by(**_identity(work, request)).values(answer=answer))


def _identity(work: Work, request: KeyedRequest) -> dict[str, str]:
    return {
        "authority_id": work.authority_id,
        "account_id": work.context.account_id,
        "operation": request.operation,
        "key": request.key,
    }
