"""Service accounts: opened, given secrets, closed by administration; and their sign-in. Instants are machine time."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chassis.work import Work
from services.identity.application.ports import AccessTokens, ServiceAccounts, StaffRoles
from services.identity.application.sign_in import fresh_token
from services.identity.application.staff import grant
from services.identity.domain.machines import SECRET_GOES_ON, Machine, fit_machine_roles, fit_name
from services.identity.domain.refusals import AccountUnknown, ClientUnknown


@dataclass(frozen=True, slots=True)
class MachineParts:
    """What service accounts need."""

    machines: ServiceAccounts
    roles: StaffRoles
    access_tokens: AccessTokens


def open_machine(work: Work, parts: MachineParts, name: str, roles: Iterable[str], at: datetime) -> tuple[Machine, str]:
    """With its secret, shown this once. Raises NameMissing, RoleUnknown, RolesMissing, RoleNotForMachines."""
    machine = Machine(str(uuid.uuid4()), fit_name(name))
    wanted = fit_machine_roles(roles)
    parts.machines.add(work, machine, at)
    grant(work, parts.roles, machine.account_id, wanted)
    work.audit("service_account_opened", machine.account_id, after={"roles": sorted(wanted)})
    return machine, _new_secret(work, parts, machine, at)


def rotate_secret(work: Work, parts: MachineParts, account_id: str, at: datetime) -> str:
    """A new secret, shown this once; the one before is good for a week more. Raises AccountUnknown."""
    machine = _open_one(work, parts, account_id)
    work.audit("service_secret_rotated", account_id)
    return _new_secret(work, parts, machine, at)


def close_machine(work: Work, parts: MachineParts, account_id: str, at: datetime) -> None:
    """Its roles go at once, everywhere; its last token leads nowhere. Raises AccountUnknown."""
    _open_one(work, parts, account_id)
    parts.machines.close(work, account_id, at)
    grant(work, parts.roles, account_id, ())
    work.audit("service_account_closed", account_id)


def sign_in_machine(work: Work, parts: MachineParts, account_id: str, secret: str, at: datetime) -> str:
    """An access token. Raises ClientUnknown. A secret of 256 bits is not guessed: no failure is counted."""
    if not parts.machines.is_proven(work, account_id, secret, at):
        raise ClientUnknown
    return parts.access_tokens.sign_machine(account_id, work.authority_id)


def _open_one(work: Work, parts: MachineParts, account_id: str) -> Machine:
    machine = parts.machines.lock(work, account_id)
    if machine is None:
        raise AccountUnknown
    return machine


def _new_secret(work: Work, parts: MachineParts, machine: Machine, at: datetime) -> str:
    secret = fresh_token()
    parts.machines.add_secret(work, machine.account_id, secret, at, at + SECRET_GOES_ON)
    return secret
