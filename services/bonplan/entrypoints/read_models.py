"""The read models that an operator can refill from their owners, and compare with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from atouts.identity.v1 import accounts_pb2
from atouts.partner.v1 import organisations_pb2

from chassis import context as call_context
from chassis.context import CallContext
from chassis.grants import AUTHORITY_SCOPE, partner_scope
from chassis.work import Work
from services.bonplan.adapters import wallet_memberships
from services.bonplan.adapters.grants import Grant, listed
from services.bonplan.application import rebuilding
from services.bonplan.application.rebuilding import Difference
from services.bonplan.bootstrap import Owners, Parts
from services.bonplan.domain.membership import Membership

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Operator:
    """The service under its own name, for one authority."""

    parts: Parts
    owners: Owners
    authority_id: str

    @property
    def context(self) -> CallContext:
        return CallContext(self.authority_id, self.parts.platform.service)

    def ask(self, question: Callable[[], T]) -> T:
        """Call other services, outside any transaction."""
        call_context.current.set(self.context)
        return question()

    def work(self, act: Callable[[Work], T]) -> T:
        """One transaction."""
        platform = self.parts.platform
        return platform.database.run(lambda session: act(platform.work(session, self.context)))


@dataclass(frozen=True, slots=True)
class ReadModel:
    """`rebuild` answers how many rows the owner listed; `compare` names each difference."""

    rebuild: Callable[[Operator], int]
    compare: Callable[[Operator], Iterator[Difference]]


def _rebuild_memberships(operator: Operator) -> int:
    owned = _memberships(operator)
    operator.work(lambda work: rebuilding.keep_memberships(work, owned))
    return len(owned)


def _compare_memberships(operator: Operator) -> Iterator[Difference]:
    owned = _memberships(operator)
    yield from operator.work(lambda work: list(rebuilding.compare_memberships(work, owned)))


def _rebuild_grants(operator: Operator) -> int:
    owned = [*_staff_grants(operator), *_delegate_grants(operator)]
    operator.work(lambda work: rebuilding.keep_grants(work, owned))
    return len(owned)


def _compare_grants(operator: Operator) -> Iterator[Difference]:
    staff, delegates = _staff_grants(operator), _delegate_grants(operator)

    def act(work: Work) -> list[Difference]:
        return [
            *rebuilding.compare_grants(work, AUTHORITY_SCOPE, staff, "identity"),
            *rebuilding.compare_grants(work, partner_scope(""), delegates, "partner"),
        ]

    yield from operator.work(act)


def _memberships(operator: Operator) -> list[Membership]:
    return operator.ask(lambda: list(wallet_memberships.listed(operator.owners.wallet)))


def _staff_grants(operator: Operator) -> list[Grant]:
    return operator.ask(lambda: list(listed(operator.owners.identity, accounts_pb2.ListGrantsRequest)))


def _delegate_grants(operator: Operator) -> list[Grant]:
    return operator.ask(lambda: list(listed(operator.owners.partner, organisations_pb2.ListGrantsRequest)))


READ_MODELS = {
    "memberships": ReadModel(_rebuild_memberships, _compare_memberships),
    "grants": ReadModel(_rebuild_grants, _compare_grants),
}
