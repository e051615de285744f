"""The read models that an operator can refill from their owners, and compare with them.

Events flow on meanwhile: a version that is known already is never put back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import UUID

from chassis import context as call_context
from chassis import grants as chassis_grants
from chassis.context import CallContext
from chassis.work import Work
from services.wallet.adapters import owners
from services.wallet.adapters.identity import LOOK_UP_LIMIT
from services.wallet.application import memberships
from services.wallet.application.rules import Rules
from services.wallet.bootstrap import Parts
from services.wallet.domain.accreditation import Accreditation
from services.wallet.domain.facts import PersonFacts
from services.wallet.store import accreditations, listings, person_facts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Operator:
    """The service under its own name, for one authority."""

    parts: Parts
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
    compare: Callable[[Operator], Iterator[str]]


def _owned_accreditations(operator: Operator) -> list[Accreditation]:
    return operator.ask(lambda: list(owners.accreditations(operator.parts.partner)))


def _rebuild_accreditations(operator: Operator) -> int:
    owned = _owned_accreditations(operator)

    def act(work: Work) -> None:
        for accreditation in owned:
            accreditations.keep(work, accreditation)

    operator.work(act)
    return len(owned)


def _compare_accreditations(operator: Operator) -> Iterator[str]:
    owned = dict(map(_by_key, _owned_accreditations(operator)))
    known = operator.work(lambda work: dict(map(_by_key, accreditations.all_of_authority(work))))
    return _differences("accreditation", owned, known)


def _by_key(found: Accreditation) -> tuple[tuple[UUID, str, str], tuple[bool, int, str | None, str | None]]:
    """What it is of, and what is compared. Of one that ended, what the partner was says nothing any more."""
    activity, tags = (found.activity, found.tags or "") if found.granted else (None, None)
    return (found.partner_id, found.scheme, found.category), (found.granted, found.version, activity, tags)


def _owned_grants(operator: Operator) -> list[owners.Grant]:
    parts = operator.parts
    return operator.ask(lambda: list(owners.grants(parts.identity, parts.partner)))


def _rebuild_grants(operator: Operator) -> int:
    owned = _owned_grants(operator)

    def act(work: Work) -> None:
        for grant in owned:
            chassis_grants.keep(
                work.session,
                work.tables,
                work.authority_id,
                grant.account_id,
                grant.scope,
                grant.roles,
                grant.version,
            )

    operator.work(act)
    return len(owned)


def _compare_grants(operator: Operator) -> Iterator[str]:
    owned = {
        (grant.account_id, grant.scope): (tuple(sorted(grant.roles)), grant.version)
        for grant in _owned_grants(operator)
        if grant.roles  # no roles: the grant is gone, listed or not
    }
    known = operator.work(
        lambda work: {
            (account_id, scope): (tuple(sorted(roles)), version)
            for account_id, scope, roles, version in listings.grants(work, work.tables)
            if roles
        }
    )
    return _differences("grant", owned, known)


def _owned_persons(operator: Operator) -> dict[UUID, int]:
    return operator.ask(lambda: dict(operator.parts.facts.versions()))


def _known_persons(operator: Operator) -> dict[UUID, int]:
    return operator.work(lambda work: dict(person_facts.versions(work)))


def _rebuild_facts(operator: Operator) -> int:
    """Fetch what is new for those that this service decided on, and decide their waiting requests again."""
    owned, known = _owned_persons(operator), _known_persons(operator)
    behind = sorted(person_id for person_id in known if owned.get(person_id, 0) > known[person_id])
    for start in range(0, len(behind), LOOK_UP_LIMIT):
        _fetch(operator, behind[start : start + LOOK_UP_LIMIT])
    return len(behind)


def _fetch(operator: Operator, person_ids: list[UUID]) -> None:
    fetched = operator.ask(lambda: operator.parts.facts.look_up(person_ids))
    operator.work(partial(_decide_again, operator.parts.rules, fetched))


def _decide_again(rules: Rules, fetched: list[PersonFacts], work: Work) -> None:
    memberships.decide_again(work, rules, fetched)


def _compare_facts(operator: Operator) -> Iterator[str]:
    """Persons who never asked for anything here are identity's alone."""
    owned, known = _owned_persons(operator), _known_persons(operator)
    asked = {person_id: version for person_id, version in owned.items() if person_id in known}
    return _differences("facts of", asked, known)


def _differences(what: str, owned: Mapping[T, object], known: Mapping[T, object]) -> Iterator[str]:
    for key in sorted({*owned, *known}, key=str):
        if owned.get(key) != known.get(key):
            yield f"{what} {_told(key)}: the owner says {owned.get(key)}, the wallet {known.get(key)}"


def _told(key: object) -> str:
    return "/".join(map(str, key)) if isinstance(key, Iterable) and not isinstance(key, str) else str(key)


READ_MODELS = {
    "accreditations": ReadModel(_rebuild_accreditations, _compare_accreditations),
    "grants": ReadModel(_rebuild_grants, _compare_grants),
    "facts": ReadModel(_rebuild_facts, _compare_facts),
}
