"""Who acts for a partner, and in which roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.partner.domain.errors import (
    DelegateRolesRefused,
    DelegateUnknown,
    LastPrincipal,
    PrincipalNeeded,
)


class DelegateRole(StrEnum):
    """`principal` signs and names; `manager` runs the account; `cashier` debits; `school` validates pupils."""

    PRINCIPAL = "principal"
    MANAGER = "manager"
    CASHIER = "cashier"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class Delegate:
    """An account and its roles for one partner. No roles: it was a delegate once. `version` rises with each change."""

    account_id: str
    roles: frozenset[DelegateRole]
    version: int

    @property
    def is_principal(self) -> bool:
        return DelegateRole.PRINCIPAL in self.roles


def roles_named(names: Iterable[str]) -> frozenset[DelegateRole]:
    """Raises DelegateRolesRefused."""
    try:
        roles = frozenset(map(DelegateRole, names))
    except ValueError:
        raise DelegateRolesRefused from None
    if not roles:
        raise DelegateRolesRefused
    return roles


@dataclass(frozen=True, slots=True)
class Delegates:
    """Every delegate that a partner ever had."""

    all: tuple[Delegate, ...]

    @property
    def acting(self) -> tuple[Delegate, ...]:
        return tuple(delegate for delegate in self.all if delegate.roles)

    @property
    def principals(self) -> tuple[Delegate, ...]:
        """Who is written to in the partner's name."""
        return tuple(delegate for delegate in self.all if delegate.is_principal)

    def with_roles(self, account_id: str, roles: frozenset[DelegateRole], by: str) -> Delegate:
        """The account with these roles instead of those it had. Raises PrincipalNeeded, LastPrincipal."""
        known = self._find(account_id)
        changed = Delegate(account_id, roles, known.version + 1 if known else 1)
        if known and known.roles == roles:
            return known
        self._check_principals(known, changed, by)
        return changed

    def without(self, account_id: str, by: str) -> Delegate:
        """The account, no delegate any more. Raises DelegateUnknown, PrincipalNeeded, LastPrincipal."""
        known = self._find(account_id)
        if known is None or not known.roles:
            raise DelegateUnknown
        changed = Delegate(account_id, frozenset(), known.version + 1)
        self._check_principals(known, changed, by)
        return changed

    def _check_principals(self, known: Delegate | None, changed: Delegate, by: str) -> None:
        was_principal = known is not None and known.is_principal
        if was_principal == changed.is_principal:
            return
        acting = self._find(by)
        if acting is None or not acting.is_principal:
            raise PrincipalNeeded
        if was_principal and sum(delegate.is_principal for delegate in self.all) == 1:
            raise LastPrincipal

    def _find(self, account_id: str) -> Delegate | None:
        return next((delegate for delegate in self.all if delegate.account_id == account_id), None)
