"""Signing in: what is known first, the slow hash outside any transaction, then one that decides."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from chassis.work import Work
from services.identity.application.ports import AccessTokens, Accounts, Sessions
from services.identity.application.proving import ProofParts, counted, require_factor
from services.identity.domain.accounts import Account
from services.identity.domain.refusals import CredentialsWrong
from services.identity.domain.sessions import Session, session_end

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignInParts:
    """What signing in needs."""

    accounts: Accounts
    sessions: Sessions
    access_tokens: AccessTokens
    proofs: ProofParts


@dataclass(frozen=True, slots=True)
class SignIn:
    """`password_matches` is the hash's word on `account`; `at` is machine time."""

    email: str
    account: Account | None
    password_matches: bool
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token, and the one refresh token that is good next."""

    access_token: str
    expires_in_s: int
    refresh_token: str


def look_up(work: Work, parts: SignInParts, email: str, at: datetime) -> Account | None:
    """The account under the address, if any. Raises AccountLocked."""
    parts.proofs.failures.get(work, email).require_unlocked(at)
    return parts.accounts.find_by_email(work, email)


def sign_in(work: Work, parts: SignInParts, command: SignIn) -> tuple[Account, Tokens]:
    """Raises AccountLocked, CredentialsWrong, SecondFactorRequired, SecondFactorWrong; failures are counted."""
    failures = parts.proofs.failures
    failures.get(work, command.email).require_unlocked(command.at)
    if command.account is None or not command.password_matches:
        raise counted(work, failures, command.email, command.at, CredentialsWrong())
    require_factor(work, parts.proofs, command.account, command.code, command.at)
    failures.clear(work, command.email)
    return command.account, _open_session(work, parts, command.account, command.at)


def fresh_token() -> str:
    """An opaque token that nobody guesses."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def _open_session(work: Work, parts: SignInParts, account: Account, at: datetime) -> Tokens:
    has_code = account.second_factor is not None
    session = Session(str(uuid.uuid4()), account.account_id, has_code, session_end(account.kind, at))
    token = fresh_token()
    parts.sessions.open(work, session, token, at)
    access = parts.access_tokens.sign(account, has_code, work.authority_id, session.session_id)
    return Tokens(access, parts.access_tokens.life_s, token)
