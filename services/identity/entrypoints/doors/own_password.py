"""The caller's own password, hashed with no transaction open."""

from __future__ import annotations

from chassis.clock import machine_now
from chassis.context import CallContext
from services.identity.application.proving import PasswordProof, own_account_unlocked
from services.identity.bootstrap import Parts
from services.identity.domain.accounts import normal_password
from services.identity.entrypoints.transactions import in_transaction


def password_proof(parts: Parts, context: CallContext, password: str) -> PasswordProof:
    """What the hash says of it; the use case decides. Raises AccountUnknown, AccountLocked, Overloaded."""
    parts.passwords.require_room()
    at, proofs = machine_now(), parts.signing_in.proofs
    account = in_transaction(parts.platform, context, lambda work: own_account_unlocked(work, proofs, at))
    matches = parts.passwords.matches(account.password_hash, normal_password(password))
    return PasswordProof(account, matches, at)
