"""Membership codes, as keyed hashes: issued, used once, gone. Their times are machine time."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.clock import machine_now
from chassis.crypto import Cipher
from chassis.work import Work
from services.notification.store.tables import membership_codes, wrong_codes

_HOUR = timedelta(hours=1)


class MembershipCodes:
    """Codes are found by their hash; nothing that is kept can be shown to a subscriber."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def keep(self, work: Work, person_id: str, code: str, expires_at: datetime) -> None:
        """The person's one open code; an older one is void."""
        statement = insert(membership_codes).values(
            authority_id=work.authority_id,
            person_id=person_id,
            code_hash=self._hash(work, code),
            expires_at=expires_at,
        )
        fresh = {name: statement.excluded[name] for name in ("code_hash", "expires_at")}
        work.session.execute(statement.on_conflict_do_update(index_elements=["authority_id", "person_id"], set_=fresh))

    def use(self, work: Work, code: str) -> str | None:
        """The person who was given the code, which is gone with that; of two rivals one gets None."""
        used = (
            sa.delete(membership_codes)
            .where(
                membership_codes.c.authority_id == work.authority_id,
                membership_codes.c.code_hash == self._hash(work, code),
                membership_codes.c.expires_at > machine_now(),
            )
            .returning(membership_codes.c.person_id)
        )
        row = work.session.execute(used).first()
        return row.person_id if row else None

    def _hash(self, work: Work, code: str) -> bytes:
        return self._cipher.look_up_hash(f"membership-code/{work.authority_id}/{code}")


def count_wrong(work: Work, subscriber_id: str) -> int:
    """How many wrong codes this subscriber tried within the hour; its other attempts wait here."""
    line = f"{work.authority_id}/codes/{subscriber_id}"
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))
    return work.session.execute(
        sa.select(sa.func.count()).where(
            wrong_codes.c.authority_id == work.authority_id,
            wrong_codes.c.subscriber_id == subscriber_id,
            wrong_codes.c.tried_at > machine_now() - _HOUR,
        )
    ).scalar_one()


def note_wrong(work: Work, subscriber_id: str) -> None:
    work.session.execute(
        insert(wrong_codes)
        .values(authority_id=work.authority_id, subscriber_id=subscriber_id, tried_at=machine_now())
        .on_conflict_do_nothing()
    )


def forget_expired(work: Work) -> None:
    """Remove codes that nobody can use any more, and attempts that count no more."""
    now = machine_now()
    work.session.execute(
        sa.delete(membership_codes).where(
            membership_codes.c.authority_id == work.authority_id, membership_codes.c.expires_at <= now
        )
    )
    work.session.execute(
        sa.delete(wrong_codes).where(
            wrong_codes.c.authority_id == work.authority_id, wrong_codes.c.tried_at <= now - _HOUR
        )
    )
