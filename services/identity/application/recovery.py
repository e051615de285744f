"""Recovering an account by its address, and asking for another address. Instants are machine time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.work import Work
from services.identity.application.credentials import tell_changed
from services.identity.application.links import LinkParts, send_link, usable
from services.identity.application.proving import PasswordProof, ProofParts, proven, require_factor
from services.identity.domain.mail_links import RECOVERIES_AN_HOUR, RECOVERY_COUNTED_FOR, LinkPurpose
from services.identity.domain.refusals import EmailUnchanged, EmailUnconfirmed

_RECOVERS = frozenset({LinkPurpose.RECOVER})


@dataclass(frozen=True, slots=True)
class RecoverAccount:
    """The password is hashed already."""

    token: str
    password_hash: str
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AskEmailChange:
    """`email` is the new one, in its one form."""

    proof: PasswordProof
    email: str


def ask_recovery(work: Work, parts: LinkParts, email: str, at: datetime) -> None:
    """A link to the account's address; nothing for an unknown one, nor more than three times an hour."""
    account = parts.accounts.find_by_email(work, email)
    if account is None or not account.is_open:
        return
    parts.accounts.lock(work, account.account_id)
    since = at - RECOVERY_COUNTED_FOR
    if parts.links.count_since(work, account.account_id, LinkPurpose.RECOVER, since) < RECOVERIES_AN_HOUR:
        send_link(work, parts.links, account.account_id, LinkPurpose.RECOVER, at)


def recovering_email(work: Work, parts: LinkParts, token: str, at: datetime) -> str:
    """Whose password is to be set, before it is hashed. Raises LinkUnusable."""
    account, _link = usable(work, parts, token, _RECOVERS, at)
    return account.email


def recover(work: Work, parts: LinkParts, proofs: ProofParts, command: RecoverAccount) -> None:
    """Sets the password, ends all sessions.

    Raises LinkUnusable, AccountLocked, SecondFactorRequired, SecondFactorWrong.
    """
    account, _link = usable(work, parts, command.token, _RECOVERS, command.at)
    if account.second_factor is not None:
        proofs.failures.get(work, account.email).require_unlocked(command.at)
    require_factor(work, proofs, account, command.code, command.at)
    # The factor's step was just used: keeping the account as it was read would give it back.
    current = proofs.accounts.find(work, account.account_id) or account
    proofs.accounts.keep_credentials(work, replace(current, password_hash=command.password_hash))
    proofs.accounts.confirm(work, account.account_id, command.at)
    proofs.failures.clear(work, account.email)
    parts.links.end_all(work, account.account_id, (LinkPurpose.RECOVER, LinkPurpose.CHANGE), command.at)
    parts.sessions.revoke_all(work, account.account_id, command.at)
    tell_changed(work, account.account_id, "password_recovered")


def ask_email_change(work: Work, parts: LinkParts, proofs: ProofParts, command: AskEmailChange) -> None:
    """A link to the new address, unless it has an account: who asks is not told.

    Raises AccountLocked, PasswordWrong, EmailUnconfirmed, EmailUnchanged.
    """
    at = command.proof.at
    account = proven(work, proofs, command.proof)
    if not account.is_confirmed:
        raise EmailUnconfirmed
    if account.email == command.email:
        raise EmailUnchanged
    parts.links.end_all(work, account.account_id, [LinkPurpose.CHANGE], at)
    work.audit("email_change_asked", account.account_id)
    if parts.accounts.find_by_email(work, command.email) is None:
        send_link(work, parts.links, account.account_id, LinkPurpose.CHANGE, at, command.email)
