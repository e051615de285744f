"""Sessions with their refresh tokens, and invitations: tokens are kept as keyed hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.accounts import Invitation
from services.identity.domain.sessions import HeldToken, OpenSession, Session
from services.identity.store.tables import invitations, refresh_tokens, sessions


class SessionRows:
    """`Sessions` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def open(self, work: Work, session: Session, token: str, at: datetime) -> None:
        work.session.execute(
            sa.insert(sessions),
            {
                "authority_id": work.authority_id,
                "session_id": UUID(session.session_id),
                "account_id": UUID(session.account_id),
                "second_factor": session.second_factor,
                "opened_at": at,
                "expires_at": session.expires_at,
            },
        )
        self._add_token(work, session.session_id, token)

    def lock_by_token(self, work: Work, token: str) -> HeldToken | None:
        wanted = (
            sa.select(sessions, refresh_tokens.c.used_at.label("token_used_at"))
            .join_from(refresh_tokens, sessions, _token_of_session())
            .where(
                refresh_tokens.c.authority_id == work.authority_id,
                refresh_tokens.c.token_hash == self._hash(token),
            )
            .with_for_update()
        )
        row = work.session.execute(wanted).first()
        return HeldToken(_session(row), row.token_used_at is not None) if row else None

    def rotate(self, work: Work, session: Session, used: str, fresh: str, at: datetime) -> None:
        work.session.execute(
            sa.update(refresh_tokens)
            .where(
                refresh_tokens.c.authority_id == work.authority_id,
                refresh_tokens.c.token_hash == self._hash(used),
            )
            .values(used_at=at)
        )
        self._add_token(work, session.session_id, fresh)
        work.session.execute(sa.update(sessions).where(*_is(work, session.session_id)).values(used_at=at))

    def open_ones(self, work: Work, account_id: str, at: datetime) -> list[OpenSession]:
        used_at = sa.func.coalesce(sessions.c.used_at, sessions.c.opened_at)
        wanted = sa.select(sessions, used_at.label("last_used_at")).where(
            sessions.c.authority_id == work.authority_id,
            sessions.c.account_id == UUID(account_id),
            sessions.c.revoked_at.is_(None),
            sessions.c.expires_at > at,
        )
        return [
            OpenSession(str(row.session_id), row.opened_at, row.last_used_at, row.second_factor)
            for row in work.session.execute(wanted.order_by(used_at.desc(), sessions.c.session_id))
        ]

    def revoke_others(self, work: Work, account_id: str, kept: str, at: datetime) -> None:
        if kept:
            ours = sessions.c.account_id == UUID(account_id)
            _revoke(work, sa.and_(ours, sessions.c.session_id != UUID(kept)), at)
        else:
            self.revoke_all(work, account_id, at)

    def revoke(self, work: Work, session_id: str, at: datetime) -> None:
        _revoke(work, sessions.c.session_id == UUID(session_id), at)

    def revoke_all(self, work: Work, account_id: str, at: datetime) -> None:
        _revoke(work, sessions.c.account_id == UUID(account_id), at)

    def _add_token(self, work: Work, session_id: str, token: str) -> None:
        work.session.execute(
            sa.insert(refresh_tokens),
            {
                "authority_id": work.authority_id,
                "token_hash": self._hash(token),
                "session_id": UUID(session_id),
            },
        )

    def _hash(self, token: str) -> bytes:
        return self._cipher.look_up_hash(f"refresh/{token}")


class InvitationRows:
    """`Invitations` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def add(self, work: Work, token: str, invitation: Invitation, at: datetime) -> None:
        account_id = UUID(invitation.account_id)
        work.session.execute(
            sa.update(invitations)
            .where(
                invitations.c.authority_id == work.authority_id,
                invitations.c.account_id == account_id,
                invitations.c.used_at.is_(None),
            )
            .values(used_at=at)
        )
        work.session.execute(
            sa.insert(invitations),
            {
                "authority_id": work.authority_id,
                "token_hash": self._hash(token),
                "account_id": account_id,
                "expires_at": invitation.expires_at,
            },
        )

    def lock(self, work: Work, token: str) -> Invitation | None:
        row = work.session.execute(sa.select(invitations).where(*self._of(work, token)).with_for_update()).first()
        return Invitation(str(row.account_id), row.expires_at, row.used_at is not None) if row else None

    def use(self, work: Work, token: str, at: datetime) -> None:
        work.session.execute(sa.update(invitations).where(*self._of(work, token)).values(used_at=at))

    def ends_of(self, work: Work, account_ids: Sequence[str]) -> Mapping[str, datetime]:
        wanted = sa.select(invitations.c.account_id, invitations.c.expires_at).where(
            invitations.c.authority_id == work.authority_id,
            invitations.c.account_id.in_([UUID(account_id) for account_id in account_ids]),
            invitations.c.used_at.is_(None),
        )
        return {str(row.account_id): row.expires_at for row in work.session.execute(wanted)}

    def _of(self, work: Work, token: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            invitations.c.authority_id == work.authority_id,
            invitations.c.token_hash == self._hash(token),
        )

    def _hash(self, token: str) -> bytes:
        return self._cipher.look_up_hash(f"invitation/{token}")


def _token_of_session() -> sa.ColumnElement[bool]:
    return sa.and_(
        sessions.c.authority_id == refresh_tokens.c.authority_id,
        sessions.c.session_id == refresh_tokens.c.session_id,
    )


def _is(work: Work, session_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return sessions.c.authority_id == work.authority_id, sessions.c.session_id == UUID(session_id)


def _revoke(work: Work, which: sa.ColumnElement[bool], at: datetime) -> None:
    open_ones = (sessions.c.authority_id == work.authority_id, which, sessions.c.revoked_at.is_(None))
    work.session.execute(sa.update(sessions).where(*open_ones).values(revoked_at=at))


def _session(row: sa.Row[Any]) -> Session:
    return Session(
        session_id=str(row.session_id),
        account_id=str(row.account_id),
        second_factor=row.second_factor,
        expires_at=row.expires_at,
        is_revoked=row.revoked_at is not None,
    )
