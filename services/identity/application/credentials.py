"""A password or a second factor that its owner changes. Instants are machine time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.work import Work
from services.identity.application.ports import Sessions
from services.identity.application.proving import PasswordProof, ProofParts, counted, is_code_of, proven
from services.identity.domain.accounts import Account, AccountKind, SecondFactor
from services.identity.domain.recovery_codes import fresh_codes
from services.identity.domain.refusals import (
    AccountUnknown,
    CodeWrong,
    EmailUnconfirmed,
    SecondFactorCompulsory,
    SecondFactorMissing,
    SecondFactorNotOffered,
)


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """The new password is hashed already."""

    proof: PasswordProof
    password_hash: str


@dataclass(frozen=True, slots=True)
class FactorProof:
    """A password and, beside it, the code of the second factor."""

    proof: PasswordProof
    code: str


def change_password(work: Work, proofs: ProofParts, sessions: Sessions, command: ChangePassword) -> None:
    """The caller's other sessions end. Raises AccountLocked, PasswordWrong."""
    account = proven(work, proofs, command.proof)
    proofs.accounts.keep_credentials(work, replace(account, password_hash=command.password_hash))
    sessions.revoke_others(work, account.account_id, work.context.session_id, command.proof.at)
    tell_changed(work, account.account_id, "password_changed")


def begin_second_factor(work: Work, proofs: ProofParts, proof: PasswordProof) -> str:
    """The enrolment address of a new secret. Raises AccountLocked, PasswordWrong, EmailUnconfirmed (but for staff)."""
    account = proven(work, proofs, proof)
    if not account.is_confirmed and account.kind is not AccountKind.STAFF:
        raise EmailUnconfirmed
    secret = proofs.second_factors.new_secret()
    proofs.accounts.offer_factor(work, account.account_id, secret)
    return proofs.second_factors.enrolment_uri(secret, account.email)


def confirm_second_factor(work: Work, proofs: ProofParts, sessions: Sessions, code: str, at: datetime) -> list[str]:
    """Keep the offered secret, whose code this is; the recovery codes, shown this once. Other sessions end.

    Raises AccountUnknown, SecondFactorNotOffered; AccountLocked, CodeWrong: counted.
    """
    account = proofs.accounts.lock(work, work.context.account_id)
    if account is None:
        raise AccountUnknown
    secret = proofs.accounts.offered_factor(work, account.account_id)
    if not secret:
        raise SecondFactorNotOffered
    step = proofs.second_factors.step_of(secret, code, at)
    if step is None:
        raise counted(work, proofs.failures, account.email, at, CodeWrong())
    _keep_factor(work, proofs, account, SecondFactor(secret, step))
    sessions.revoke_others(work, account.account_id, work.context.session_id, at)
    tell_changed(work, account.account_id, "second_factor_added")
    return _new_codes(work, proofs, account)


def remove_second_factor(work: Work, proofs: ProofParts, sessions: Sessions, command: FactorProof) -> None:
    """Raises AccountLocked, PasswordWrong, CodeWrong, SecondFactorCompulsory, SecondFactorMissing."""
    account = _proven_twice(work, proofs, command)
    if account.kind is AccountKind.STAFF:
        raise SecondFactorCompulsory
    _keep_factor(work, proofs, account, None)
    proofs.recovery_codes.replace(work, account.account_id, [])
    sessions.revoke_others(work, account.account_id, work.context.session_id, command.proof.at)
    tell_changed(work, account.account_id, "second_factor_removed")


def renew_recovery_codes(work: Work, proofs: ProofParts, command: FactorProof) -> list[str]:
    """Raises as `remove_second_factor` does, but for staff too."""
    account = _proven_twice(work, proofs, command)
    work.audit("recovery_codes_renewed", account.account_id)
    return _new_codes(work, proofs, account)


def tell_changed(work: Work, account_id: str, change: str) -> None:
    """The owner of the account is written to, whoever did it."""
    work.audit(change, account_id)
    data = {"account_id": account_id, "change": change}
    work.publish("credentials_changed", str(uuid.uuid4()), 1, data)


def _proven_twice(work: Work, proofs: ProofParts, command: FactorProof) -> Account:
    account = proven(work, proofs, command.proof)
    if account.second_factor is None:
        raise SecondFactorMissing
    if not is_code_of(work, proofs, account, command.code, command.proof.at):
        raise counted(work, proofs.failures, account.email, command.proof.at, CodeWrong())
    return account


def _keep_factor(work: Work, proofs: ProofParts, account: Account, factor: SecondFactor | None) -> None:
    proofs.accounts.keep_credentials(work, replace(account, second_factor=factor))
    proofs.accounts.offer_factor(work, account.account_id, "")


def _new_codes(work: Work, proofs: ProofParts, account: Account) -> list[str]:
    codes = fresh_codes()
    proofs.recovery_codes.replace(work, account.account_id, codes)
    return codes
