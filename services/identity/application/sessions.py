"""Going on with a session, and ending it. Every instant here is machine time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.work import Work
from services.identity.application.ports import AccessTokens, Accounts, Sessions
from services.identity.application.sign_in import Tokens, fresh_token
from services.identity.domain.refusals import RefreshTokenReused, SessionEnded
from services.identity.domain.sessions import require_refreshable


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
    access = access_tokens.sign(account, held.session.second_factor, work.authority_id)
    return Tokens(access, access_tokens.life_s, token)


def sign_out(work: Work, sessions: Sessions, command: RefreshSession) -> None:
    """End the token's session; one that is unknown or over already is as good as ended."""
    held = sessions.lock_by_token(work, command.refresh_token)
    if held is not None and not held.session.is_revoked:
        sessions.revoke(work, held.session.session_id, command.at)
