"""Accounts: who may sign in, with what, and which roles staff hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.identity.domain.refusals import (
    InvitationUnusable,
    KindNotOpen,
    PasswordGuessable,
    PasswordLengthUnfit,
    RolesMissing,
    RoleUnknown,
)

PASSWORD_SHORTEST = 12
PASSWORD_LONGEST = 128  # a longer one costs hashing time and adds nothing
INVITATION_LIFE = timedelta(days=7)
STAFF_ROLES = frozenset({"instruction", "payments", "moderation", "support", "administration", "audit"})
ADMINISTRATION = "administration"


class AccountKind(StrEnum):
    """One account is of one kind."""

    YOUNG = "young"
    PARTNER = "partner"
    STAFF = "staff"
    GUARDIAN = "guardian"

    @property
    def is_open_to_all(self) -> bool:
        """Staff are invited."""
        return self is not AccountKind.STAFF


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A TOTP secret (base32) and the last 30-second step whose code was used; a step is used once."""

    secret: str
    last_step: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """`password_hash` is empty until an invitation is accepted; `is_confirmed`: a link sent to `email` was followed."""

    account_id: str
    kind: AccountKind
    email: str
    password_hash: str = ""
    second_factor: SecondFactor | None = None
    is_confirmed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody has set its password."""
        return bool(self.password_hash)

    @property
    def may_be_invited_again(self) -> bool:
        """Nobody has signed in yet: the invitation, or its answer, may have been lost."""
        return self.kind is AccountKind.STAFF and (self.second_factor is None or self.second_factor.last_step == 0)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Single use; `expires_at` is machine time."""

    account_id: str
    expires_at: datetime
    is_used: bool

    def accept(self, at: datetime) -> None:
        """Raises InvitationUnusable."""
        if self.is_used or at >= self.expires_at:
            raise InvitationUnusable


class StaffState(StrEnum):
    """Where a member of staff stands."""

    INVITED = "invited"
    LAPSED = "lapsed"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """`invited_until`: of the last invitation that nobody accepted, machine time."""

    account: Account
    roles: frozenset[str]
    invited_until: datetime | None

    def state(self, at: datetime) -> StaffState:
        """`at` is machine time."""
        if self.account.is_open:
            return StaffState.JOINED
        is_good = self.invited_until is not None and at < self.invited_until
        return StaffState.INVITED if is_good else StaffState.LAPSED


def require_open_kind(kind: AccountKind) -> AccountKind:
    """Raises KindNotOpen."""
    if not kind.is_open_to_all:
        raise KindNotOpen
    return kind


def fit_password(password: str, email: str) -> str:
    """The password as it is hashed: compatibility-composed, so that every keyboard types the same one (NIST SP
    800-63B §5.1.1.2). Raises PasswordLengthUnfit, PasswordGuessable."""
    normal = normal_password(password)
    if not PASSWORD_SHORTEST <= len(normal) <= PASSWORD_LONGEST:
        raise PasswordLengthUnfit(PASSWORD_SHORTEST, PASSWORD_LONGEST)
    if len(set(normal)) == 1 or normal.casefold() == email.casefold():
        raise PasswordGuessable
    return normal


def normal_password(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def fit_roles(roles: Iterable[str]) -> frozenset[str]:
    """Raises RoleUnknown."""
    wanted = frozenset(roles)
    for role in sorted(wanted - STAFF_ROLES):
        raise RoleUnknown(role)
    return wanted


def fit_first_roles(roles: Iterable[str]) -> frozenset[str]:
    """Raises RoleUnknown, RolesMissing."""
    wanted = fit_roles(roles)
    if not wanted:
        raise RolesMissing
    return wanted
