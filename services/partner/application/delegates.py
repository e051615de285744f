"""Who acts for a partner."""

from __future__ import annotations

from dataclasses import dataclass

from chassis import grants
from chassis.work import Work
from services.partner.application.ports import Ports
from services.partner.domain.delegates import Delegate, roles_named


@dataclass(frozen=True, slots=True)
class AddDelegate:
    """Give an account these roles, instead of those it may have."""

    partner_id: str
    account_id: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveDelegate:
    """Take every role from an account."""

    partner_id: str
    account_id: str


def add(work: Work, ports: Ports, command: AddDelegate) -> Delegate:
    """Raises DelegateRolesRefused, PrincipalNeeded, LastPrincipal."""
    roles = roles_named(command.roles)
    ports.partners.lock(work, command.partner_id)
    known = ports.delegates.of_partner(work, command.partner_id)
    changed = known.with_roles(command.account_id, roles, work.context.account_id)
    if changed not in known.all:
        keep(work, ports, command.partner_id, changed)
    return changed


def remove(work: Work, ports: Ports, command: RemoveDelegate) -> None:
    """Raises DelegateUnknown, PrincipalNeeded, LastPrincipal."""
    ports.partners.lock(work, command.partner_id)
    known = ports.delegates.of_partner(work, command.partner_id)
    keep(work, ports, command.partner_id, known.without(command.account_id, work.context.account_id))


def keep(work: Work, ports: Ports, partner_id: str, delegate: Delegate) -> None:
    """Write the delegate's roles here and tell the services that look them up."""
    ports.delegates.save(work, partner_id, delegate)
    roles = sorted(delegate.roles)
    scope = grants.partner_scope(partner_id)
    work.publish(
        "grant_changed",
        f"{partner_id}/{delegate.account_id}",
        delegate.version,
        {"account_id": delegate.account_id, "scope": scope, "roles": roles},
    )
    work.audit("change_delegate", partner_id, after={"account_id": delegate.account_id, "roles": roles})
