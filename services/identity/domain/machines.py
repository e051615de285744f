"""Service accounts: machines that read in an authority's name, under a secret that is changed without a pause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from services.identity.domain.accounts import fit_first_roles
from services.identity.domain.refusals import NameMissing, RoleNotForMachines

MACHINE_ROLES = frozenset({"audit", "support"})
SECRET_GOES_ON = timedelta(days=7)  # after another was made: both are good, so that nothing stops
_SHORTEST_NAME, _LONGEST_NAME = 3, 80


@dataclass(frozen=True, slots=True)
class Machine:
    """An open service account; its id is the client's id."""

    account_id: str
    name: str


def fit_name(name: str) -> str:
    """Raises NameMissing."""
    fit = name.strip()
    if not _SHORTEST_NAME <= len(fit) <= _LONGEST_NAME or not fit.isprintable():
        raise NameMissing
    return fit


def fit_machine_roles(roles: Iterable[str]) -> frozenset[str]:
    """Roles that only read. Raises RoleUnknown, RolesMissing, RoleNotForMachines."""
    wanted = fit_first_roles(roles)
    for role in sorted(wanted - MACHINE_ROLES):
        raise RoleNotForMachines(role)
    return wanted
