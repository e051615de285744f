"""Sign-in and sessions: failures that lock, refresh tokens that rotate. Every instant here is machine time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.identity.domain.accounts import AccountKind
from services.identity.domain.refusals import AccountLocked, RefreshTokenReused, SessionEnded

FAILURES_BEFORE_LOCK = 10
LOCK_LIFE = timedelta(minutes=15)
FAILURES_FORGOTTEN_AFTER = timedelta(days=1)
_SESSION_LIFE = {
    AccountKind.YOUNG: timedelta(days=30),
    AccountKind.PARTNER: timedelta(days=30),
    AccountKind.GUARDIAN: timedelta(days=30),
    AccountKind.STAFF: timedelta(hours=12),  # a day's work: the second factor is asked each morning
}


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed sign-ins in a row under one address, whether it has an account or not."""

    count: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None

    def require_unlocked(self, at: datetime) -> None:
        """Raises AccountLocked."""
        if self.locked_until and at < self.locked_until:
            raise AccountLocked(math.ceil((self.locked_until - at).total_seconds() / 60))

    def one_more(self, at: datetime) -> Failures:
        """The tenth failure in a row locks for 15 minutes, and the count begins again."""
        is_stale = self.last_at is None or at - self.last_at > FAILURES_FORGOTTEN_AFTER
        count = (0 if is_stale else self.count) + 1
        if count < FAILURES_BEFORE_LOCK:
            return Failures(count, at)
        return Failures(0, at, at + LOCK_LIFE)


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in: the family of refresh tokens that follow from it."""

    session_id: str
    account_id: str
    second_factor: bool
    expires_at: datetime
    is_revoked: bool = False


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner sees it: `used_at` is its last sign-in or refresh."""

    session_id: str
    opened_at: datetime
    used_at: datetime
    second_factor: bool


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A refresh token that we gave out once."""

    session: Session
    was_used: bool


def session_end(kind: AccountKind, at: datetime) -> datetime:
    """When a session opened at `at` ends, however often it is refreshed."""
    return at + _SESSION_LIFE[kind]


def require_refreshable(session: Session, token_was_used: bool, at: datetime) -> None:
    """Raises SessionEnded, or RefreshTokenReused: then the whole session is to be revoked."""
    if session.is_revoked or at >= session.expires_at:
        raise SessionEnded
    if token_was_used:
        raise RefreshTokenReused
