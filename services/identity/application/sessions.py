"""Going on with a session, and ending it. Every instant here is machine time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.work import Work
from services.identity.application.ports import AccessTokens, Accounts, Sessions
from services.identity.application.sign_in import Tokens, fresh_token
from services.identity.domain.refusals import RefreshTokenReused, SessionEnded, SessionUnknown
from services.identity.domain.sessions import OpenSession, require_refreshable


@dataclass(frozen=True, slots=True)
class RefreshSession:
    """Trade a refresh token for the next."""

    refresh_token: str
    at: datetime


def refresh_session(
    work: Work, sessions: Sessions, accounts: Accounts, access_tokens: AccessTokens, command: RefreshSession
) -> Tokens:
    """Raises SessionEnded; RefreshTokenReused when the token came before: then the session is revoked."""
    held = sessions.lock_by_token(work, command.refresh_token)
    if held is None:
        raise SessionEnded
    try:
        require_refreshable(held.session, held.was_used, command.at)
    except RefreshTokenReused:
        sessions.revoke(work, held.session.session_id, command.at)
        raise
    account = accounts.find(work, held.session.account_id)
    if account is None:
        raise SessionEnded
    token = fresh_token()
    sessions.rotate(work, held.session, command.refresh_token, token, command.at)
    session = held.session
    access = access_tokens.sign(account, session.second_factor, work.authority_id, session.session_id)
    return Tokens(access, access_tokens.life_s, token)


def sign_out(work: Work, sessions: Sessions, command: RefreshSession) -> None:
    """End the token's session; one that is unknown or over already is as good as ended."""
    held = sessions.lock_by_token(work, command.refresh_token)
    if held is not None and not held.session.is_revoked:
        sessions.revoke(work, held.session.session_id, command.at)


def own_sessions(work: Work, sessions: Sessions, at: datetime) -> list[OpenSession]:
    return sessions.open_ones(work, work.context.account_id, at)


def end_session(work: Work, sessions: Sessions, session_id: str, at: datetime) -> None:
    """End one of the caller's sessions. Raises SessionUnknown: another's is as unknown as none."""
    if session_id not in {session.session_id for session in own_sessions(work, sessions, at)}:
        raise SessionUnknown
    sessions.revoke(work, session_id, at)
    work.audit("session_ended", session_id)


def end_other_sessions(work: Work, sessions: Sessions, at: datetime) -> int:
    """End all but the session of this call; how many they were."""
    kept = work.context.session_id
    others = [each for each in own_sessions(work, sessions, at) if each.session_id != kept]
    sessions.revoke_others(work, work.context.account_id, kept, at)
    work.audit("other_sessions_ended", work.context.account_id, after={"ended": len(others)})
    return len(others)
