"""Everybody who may come to a door: each kind of account in each role, each service, and nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from google.protobuf.message_factory import GetMessageClass

from chassis import grants
from chassis.config import SERVICES
from chassis.context import Account, AccountKind, CallContext
from chassis.errors import NotAllowed, NotSignedIn
from chassis.policy import Rule

AUTHORITY, ELSEWHERE = "normandie", "hauts-de-france"
PARTNER, ANOTHER = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
STAFF_ROLES = ("administration", "audit", "instruction", "moderation", "payments", "support")
DELEGATE_ROLES = ("principal", "manager", "cashier", "school")
MACHINE_ROLES = ("audit", "support")
_ID = "00000000-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class Caller:
    """`roles` by authority and scope, as the service's own table of grants has them."""

    name: str
    context: CallContext
    roles: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def may_call(self, rule: Rule, request: Any) -> bool:
        """What the policy says; the grants are looked up as the service looks them up."""

        def roles_of(_session: Any, _tables: Any, authority_id: str, account_id: str, scope: str) -> frozenset[str]:
            assert account_id == _ID
            return self.roles.get((authority_id, scope), frozenset())

        work: Any = SimpleNamespace(
            session=None, tables=None, authority_id=self.context.authority_id, context=self.context
        )
        work.context = self.context
        with patch.object(grants, "roles_of", roles_of):
            try:
                rule.check_caller(self.context)
                rule.check_grants(work, request)
            except (NotAllowed, NotSignedIn):
                return False
        return True

    @property
    def from_elsewhere(self) -> Caller:
        """The same roles, held at another authority."""
        held = {(ELSEWHERE, scope): roles for (_, scope), roles in self.roles.items()}
        return replace(self, name=f"{self.name} of another authority", roles=held)

    @property
    def without_role(self) -> Caller:
        return replace(self, name=f"{self.name}, without it", roles={})


def callers() -> Iterator[Caller]:
    """Each once; names are those of the table."""
    yield Caller("nobody", CallContext(AUTHORITY, "gateway"))
    for service in SERVICES:
        yield Caller(f"service {service}", CallContext(AUTHORITY, service))
    yield Caller("young", _by(AccountKind.YOUNG))
    yield Caller("guardian", _by(AccountKind.GUARDIAN))
    yield Caller("partner", _by(AccountKind.PARTNER))
    for role in DELEGATE_ROLES:
        yield _with("delegate", AccountKind.PARTNER, grants.partner_scope(PARTNER), role)
    for role in DELEGATE_ROLES:
        yield _with("delegate of another", AccountKind.PARTNER, grants.partner_scope(ANOTHER), role)
    yield Caller("staff", _by(AccountKind.STAFF))
    for role in STAFF_ROLES:
        yield _with("staff", AccountKind.STAFF, grants.AUTHORITY_SCOPE, role)
    without_code = CallContext(AUTHORITY, "gateway", Account(_ID, AccountKind.STAFF, second_factor=False))
    every_role = {(AUTHORITY, grants.AUTHORITY_SCOPE): frozenset(STAFF_ROLES)}
    yield Caller("staff without their code", without_code, every_role)
    yield Caller("machine", _by(AccountKind.SERVICE))
    for role in MACHINE_ROLES:
        yield _with("machine", AccountKind.SERVICE, grants.AUTHORITY_SCOPE, role)


def request_of(rpc: Any, *, names_partner: bool = True) -> Any:
    """An empty request that names our partner where it has one to name."""
    request: Any = GetMessageClass(rpc.input_type)()
    if names_partner and "partner_id" in request.DESCRIPTOR.fields_by_name:
        request.partner_id = PARTNER
    return request


def _by(kind: AccountKind) -> CallContext:
    return CallContext(AUTHORITY, "gateway", Account(_ID, kind, second_factor=kind is AccountKind.STAFF))


def _with(name: str, kind: AccountKind, scope: str, role: str) -> Caller:
    return Caller(f"{name} {role}", _by(kind), {(AUTHORITY, scope): frozenset({role})})
