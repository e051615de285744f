"""Recovery codes, kept as keyed hashes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.store.tables import recovery_codes


class RecoveryCodeRows:
    """`RecoveryCodes` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def replace(self, work: Work, account_id: str, codes: Iterable[str]) -> None:
        work.session.execute(sa.delete(recovery_codes).where(*_of(work, account_id)))
        rows = [
            {
                "authority_id": work.authority_id,
                "account_id": UUID(account_id),
                "code_hash": self._hash(account_id, code),
            }
            for code in codes
        ]
        if rows:
            work.session.execute(sa.insert(recovery_codes), rows)

    def use(self, work: Work, account_id: str, code: str, at: datetime) -> bool:
        used = work.session.execute(
            sa.update(recovery_codes)
            .where(
                *_of(work, account_id),
                recovery_codes.c.code_hash == self._hash(account_id, code),
                recovery_codes.c.used_at.is_(None),
            )
            .values(used_at=at)
            .returning(recovery_codes.c.account_id)
        )
        return used.first() is not None

    def _hash(self, account_id: str, code: str) -> bytes:
        return self._cipher.look_up_hash(f"recovery-code/{account_id}/{code}")


def _of(work: Work, account_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return recovery_codes.c.authority_id == work.authority_id, recovery_codes.c.account_id == UUID(account_id)
