"""First answers by key. A key is unique per authority, caller and operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.store.tables import idempotency


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """What a key was answered, and for which request."""

    request_hash: bytes
    outcome: Mapping[str, Any]


def hold(work: Work, caller: str, operation: str, key: str) -> FirstAnswer | None:
    """The first answer to this key; none yet: rivals with the same key wait for this transaction."""
    line = f"{work.authority_id}/{caller}/{operation}/{key}"
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))
    return find(work, caller, operation, key)


def find(work: Work, caller: str, operation: str, key: str) -> FirstAnswer | None:
    """The first answer to this key, if there is one by now; nobody waits."""
    row = work.session.execute(
        sa.select(idempotency.c.request_hash, idempotency.c.outcome).where(
            idempotency.c.authority_id == work.authority_id,
            idempotency.c.caller == caller,
            idempotency.c.operation == operation,
            idempotency.c.key == key,
        )
    ).first()
    return FirstAnswer(row.request_hash, row.outcome) if row else None


def freeze(
    work: Work,
    caller: str,
    operation: str,
    key: str,
    answer: FirstAnswer,
    transfer_id: UUID | None,
) -> None:
    work.session.execute(
        sa.insert(idempotency).values(
            authority_id=work.authority_id,
            caller=caller,
            operation=operation,
            key=key,
            request_hash=answer.request_hash,
            outcome=dict(answer.outcome),
            transfer_id=transfer_id,
        )
    )
