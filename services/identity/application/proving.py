"""Proving that it is they: a password, a second factor or a recovery code, failures counted under the address.

The one place where credentials are compared: another kind of credential is another function here. Instants are machine
time; passwords were hashed outside the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.work import Work
from services.identity.application.ports import Accounts, RecoveryCodes, SecondFactors, SignInFailures
from services.identity.domain.accounts import Account
from services.identity.domain.recovery_codes import is_factor_code, normal_code
from services.identity.domain.refusals import (
    AccountUnknown,
    IdentityRefusal,
    PasswordWrong,
    SecondFactorRequired,
    SecondFactorWrong,
)


@dataclass(frozen=True, slots=True)
class ProofParts:
    """What a proof is held against."""

    accounts: Accounts
    failures: SignInFailures
    second_factors: SecondFactors
    recovery_codes: RecoveryCodes


@dataclass(frozen=True, slots=True)
class PasswordProof:
    """`matches` is the hash's word on `account`, as it was looked up."""

    account: Account
    matches: bool
    at: datetime


def own_account_unlocked(work: Work, parts: ProofParts, at: datetime) -> Account:
    """The caller's account, before its password is hashed. Raises AccountUnknown, AccountLocked."""
    account = parts.accounts.find(work, work.context.account_id)
    if account is None:
        raise AccountUnknown
    parts.failures.get(work, account.email).require_unlocked(at)
    return account


def proven(work: Work, parts: ProofParts, proof: PasswordProof) -> Account:
    """The account, locked. Raises AccountLocked, PasswordWrong; a wrong password is counted."""
    parts.failures.get(work, proof.account.email).require_unlocked(proof.at)
    if not proof.matches:
        raise counted(work, parts.failures, proof.account.email, proof.at, PasswordWrong())
    account = parts.accounts.lock(work, proof.account.account_id)
    if account is None or account.password_hash != proof.account.password_hash:  # a rival changed it meanwhile
        raise PasswordWrong
    return account


def require_factor(work: Work, parts: ProofParts, account: Account, code: str, at: datetime) -> None:
    """Nothing where the account has no second factor.

    Raises SecondFactorRequired; AccountLocked, SecondFactorWrong: counted.
    """
    if account.second_factor is None:
        return
    if not code:
        raise SecondFactorRequired
    if not is_code_of(work, parts, account, code, at):
        raise counted(work, parts.failures, account.email, at, SecondFactorWrong())


def counted(
    work: Work, failures: SignInFailures, email: str, at: datetime, refusal: IdentityRefusal
) -> IdentityRefusal:
    """The refusal, counted; for rivals that guess at once the lock's own refusal. Raises AccountLocked."""
    known = failures.lock(work, email)
    known.require_unlocked(at)
    failures.keep(work, email, known.one_more(at))
    return refusal


def is_code_of(work: Work, parts: ProofParts, account: Account, code: str, at: datetime) -> bool:
    """Whether the code is of now and was never used, or is a recovery code that was not."""
    if account.second_factor is None:
        return False
    if is_factor_code(code):
        step = parts.second_factors.step_of(account.second_factor.secret, code, at)
        return step is not None and parts.accounts.use_step(work, account.account_id, step)
    spare = normal_code(code)
    return bool(spare) and parts.recovery_codes.use(work, account.account_id, spare, at)
