"""The read models that an operator can refill from their owners, and compare with them.

Events flow on meanwhile: a version that is known already is never put back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from atouts.identity.v1 import accounts_pb2

from chassis import context as call_context
from chassis import grants
from chassis.context import CallContext
from chassis.grants import AUTHORITY_SCOPE
from chassis.grpc_server import Platform
from chassis.work import Work
from rulebooks import Catalogue
from services.notification.adapters.grants import Grant
from services.notification.adapters.grants import listed as listed_grants
from services.notification.adapters.memberships import listed as listed_memberships
from services.notification.application.linking import keep_membership
from services.notification.bootstrap import GrantOwners
from services.notification.domain.memberships import Membership
from services.notification.store import memberships
from services.notification.store.views import grants_known

T = TypeVar("T")
Difference = str


@dataclass(frozen=True, slots=True)
class Operator:
    """The service under its own name, for one authority."""

    platform: Platform
    catalogue: Catalogue
    owners: GrantOwners
    authority_id: str

    @property
    def context(self) -> CallContext:
        return CallContext(self.authority_id, self.platform.service)

    def ask(self, question: Callable[[], T]) -> T:
        """Call other services, outside any transaction."""
        call_context.current.set(self.context)
        return question()

    def work(self, act: Callable[[Work], T]) -> T:
        """One transaction."""
        return self.platform.database.run(lambda session: act(self.platform.work(session, self.context)))


@dataclass(frozen=True, slots=True)
class ReadModel:
    """`rebuild` answers how many rows the owner listed; `compare` names each difference."""

    rebuild: Callable[[Operator], int]
    compare: Callable[[Operator], Iterator[Difference]]


def _rebuild_memberships(operator: Operator) -> int:
    """One transaction a membership, as an event would be: who knows the person is told what was missed."""
    owned = operator.ask(lambda: list(listed_memberships(operator.owners.wallet)))
    for membership in owned:
        operator.work(lambda work, each=membership: keep_membership(work, operator.catalogue, each))  # type: ignore[misc]
    return len(owned)


def _compare_memberships(operator: Operator) -> Iterator[Difference]:
    theirs = {
        each.membership_id: each for each in operator.ask(lambda: list(listed_memberships(operator.owners.wallet)))
    }
    ours = operator.work(memberships.known)
    for membership_id in sorted(theirs.keys() | ours.keys()):
        told, kept = theirs.get(membership_id), ours.get(membership_id)
        if told != kept:
            yield f"membership {membership_id}: {_state(told)} in wallet, {_state(kept)} here"


def _state(membership: Membership | None) -> str:
    return f"{membership.state} (version {membership.version})" if membership else "nothing"


def _rebuild_grants(operator: Operator) -> int:
    owned = _staff_grants(operator)

    def act(work: Work) -> None:
        for grant in owned:
            who = (work.authority_id, grant.account_id)
            grants.keep(work.session, work.tables, *who, grant.scope, grant.roles, grant.version)

    operator.work(act)
    return len(owned)


def _compare_grants(operator: Operator) -> Iterator[Difference]:
    theirs = {each.account_id: (each.roles, each.version) for each in _staff_grants(operator)}
    ours = operator.work(grants_known)
    for account_id in sorted(theirs.keys() | ours.keys()):
        gone = not theirs.get(account_id, ((), 0))[0] and not ours.get(account_id, ((), 0))[0]
        if theirs.get(account_id) != ours.get(account_id) and not gone:
            told, kept = theirs.get(account_id, "nothing"), ours.get(account_id, "nothing")
            yield f"grant of {account_id}: {told} in identity, {kept} here"


def _staff_grants(operator: Operator) -> list[Grant]:
    return [
        grant
        for grant in operator.ask(lambda: list(listed_grants(operator.owners.identity, accounts_pb2.ListGrantsRequest)))
        if grant.scope == AUTHORITY_SCOPE
    ]


READ_MODELS = {
    "grants": ReadModel(_rebuild_grants, _compare_grants),
    "memberships": ReadModel(_rebuild_memberships, _compare_memberships),
}
