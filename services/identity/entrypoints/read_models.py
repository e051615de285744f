"""The read models that an operator can refill from partner, and compare with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chassis import context as call_context
from chassis import grants
from chassis.context import CallContext
from chassis.work import Work
from services.identity.adapters.partner_lists import PartnerLists
from services.identity.bootstrap import Parts
from services.identity.domain.enrolments import Establishment
from services.identity.entrypoints.transactions import in_transaction
from services.identity.store import views
from services.identity.store.schools import EstablishmentRows

Rows = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReadModel:
    """`owned` and `known` answer comparable rows by key; `keep` keeps owned rows unless later ones are known."""

    owned: Callable[[PartnerLists], Rows]
    known: Callable[[Work], Rows]
    keep: Callable[[Work, Rows], None]


@dataclass(frozen=True, slots=True)
class Operator:
    """The service under its own name, for one authority."""

    parts: Parts
    lists: PartnerLists
    authority_id: str

    def rebuild(self, read_model: ReadModel) -> int:
        """How many rows the owner listed."""
        owned = self._owned(read_model)
        self._work(lambda work: read_model.keep(work, owned))
        return len(owned)

    def differences(self, name: str, read_model: ReadModel) -> Iterator[str]:
        """One sentence each: what the owner has and what we have."""
        owned, known = self._owned(read_model), self._work(read_model.known)
        for key in sorted(owned.keys() | known.keys()):
            ours, theirs = known.get(key), owned.get(key)
            if ours != theirs:
                yield f"{name} {key}: partner has {theirs or 'nothing'}, identity has {ours or 'nothing'}"

    def _owned(self, read_model: ReadModel) -> Rows:
        call_context.current.set(self._context)
        return read_model.owned(self.lists)

    def _work(self, act: Callable[[Work], Any]) -> Any:
        return in_transaction(self.parts.platform, self._context, act)

    @property
    def _context(self) -> CallContext:
        return CallContext(self.authority_id, self.parts.platform.service)


def _owned_establishments(lists: PartnerLists) -> Rows:
    return {
        school.partner_id: (school.uai, school.kind, school.region, version)
        for school, version in lists.establishments()
    }


def _keep_establishments(work: Work, rows: Rows) -> None:
    for partner_id, (uai, kind, region, version) in rows.items():
        EstablishmentRows().keep(work, Establishment(partner_id, uai, kind, region), version)


def _owned_grants(lists: PartnerLists) -> Rows:
    return {f"{account_id} {scope}": (roles, version) for account_id, scope, roles, version in lists.grants()}


def _keep_grants(work: Work, rows: Rows) -> None:
    for key, (roles, version) in rows.items():
        account_id, scope = key.split(" ", 1)
        grants.keep(work.session, work.tables, work.authority_id, account_id, scope, roles, version)


READ_MODELS = {
    "establishments": ReadModel(_owned_establishments, views.known_establishments, _keep_establishments),
    "grants": ReadModel(_owned_grants, views.known_delegate_grants, _keep_grants),
}
