"""The read models that an operator can refill from their owners, and compare with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from atouts.identity.v1 import accounts_pb2
from atouts.partner.v1 import organisations_pb2

from chassis import context as call_context
from chassis.context import CallContext
from chassis.grants import AUTHORITY_SCOPE, partner_scope
from chassis.work import Work
from services.payout.adapters.grants import Grant, listed
from services.payout.application import rebuilding
from services.payout.application.rebuilding import Difference
from services.payout.bootstrap import GrantOwners, Parts
from services.payout.store.listings import partners_known

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Operator:
    """The service under its own name, for one authority; `days` are those whose movements are looked at."""

    parts: Parts
    owners: GrantOwners
    authority_id: str
    days: tuple[date, ...]

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


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Both included."""
    return tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _rebuild_accruals(operator: Operator) -> int:
    return sum(_rebuild_day(operator, day) for day in operator.days)


def _rebuild_day(operator: Operator, day: date) -> int:
    owned = operator.ask(lambda: list(operator.parts.wallet.movements_of(day)))
    operator.work(lambda work: rebuilding.keep_movements(work, operator.parts.catalogue, owned))
    return len(owned)


def _compare_accruals(operator: Operator) -> Iterator[Difference]:
    for day in operator.days:
        yield from _compare_day(operator, day)


def _compare_day(operator: Operator, day: date) -> list[Difference]:
    owned = operator.ask(lambda: list(operator.parts.wallet.movements_of(day)))
    return operator.work(lambda work: list(rebuilding.compare_movements(work, day, owned)))


def _rebuild_accounts(operator: Operator) -> int:
    partners = operator.work(partners_known)
    owned = operator.ask(lambda: list(operator.parts.partners.look_up(partners)))
    operator.work(lambda work: rebuilding.keep_accounts(work, operator.parts.accounts, owned, partners))
    return len(owned)


def _compare_accounts(operator: Operator) -> Iterator[Difference]:
    partners = operator.work(partners_known)
    owned = operator.ask(lambda: list(operator.parts.partners.look_up(partners)))
    yield from operator.work(lambda work: list(rebuilding.compare_accounts(work, owned)))


def _rebuild_proofs(operator: Operator) -> int:
    owned = operator.ask(lambda: list(operator.parts.partners.proofs()))
    operator.work(lambda work: rebuilding.keep_proofs(work, owned))
    return len(owned)


def _compare_proofs(operator: Operator) -> Iterator[Difference]:
    owned = operator.ask(lambda: list(operator.parts.partners.proofs()))
    yield from operator.work(lambda work: list(rebuilding.compare_proofs(work, owned)))


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


def _staff_grants(operator: Operator) -> list[Grant]:
    return operator.ask(lambda: list(listed(operator.owners.identity, accounts_pb2.ListGrantsRequest)))


def _delegate_grants(operator: Operator) -> list[Grant]:
    return operator.ask(lambda: list(listed(operator.owners.partner, organisations_pb2.ListGrantsRequest)))


READ_MODELS = {
    "accruals": ReadModel(_rebuild_accruals, _compare_accruals),
    "bank-accounts": ReadModel(_rebuild_accounts, _compare_accounts),
    "proofs": ReadModel(_rebuild_proofs, _compare_proofs),
    "grants": ReadModel(_rebuild_grants, _compare_grants),
}
