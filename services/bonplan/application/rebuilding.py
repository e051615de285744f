"""Refilling the read models from their owners, and naming where they differ. Events may flow meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chassis import grants
from chassis.work import Work
from services.bonplan.adapters.grants import Grant
from services.bonplan.domain.membership import Membership
from services.bonplan.store import memberships
from services.bonplan.store.listings import grants_known

Difference = str


def keep_memberships(work: Work, owned: Iterable[Membership]) -> None:
    for membership in owned:
        memberships.keep(work, membership)


def keep_grants(work: Work, owned: Iterable[Grant]) -> None:
    for grant in owned:
        who = (work.authority_id, grant.account_id)
        grants.keep(work.session, work.tables, *who, grant.scope, grant.roles, grant.version)


def compare_memberships(work: Work, owned: Iterable[Membership]) -> Iterator[Difference]:
    """One that the wallet no longer lists is named and not dropped: a person decides."""
    theirs = {each.membership_id: _standing(each) for each in owned}
    ours = {each.membership_id: _standing(each) for each in memberships.known(work).values()}
    for membership_id in sorted(theirs.keys() | ours.keys()):
        if theirs.get(membership_id) != ours.get(membership_id):
            yield f"membership {membership_id}: {_told(theirs, ours, membership_id, 'wallet')}"


def compare_grants(work: Work, scope_prefix: str, owned: Iterable[Grant], owner: str) -> Iterator[Difference]:
    """Grants of one owner. One that was never known, and is gone, is no difference."""
    theirs = {(grant.account_id, grant.scope): (grant.roles, grant.version) for grant in owned}
    ours = grants_known(work, scope_prefix)
    for key in sorted(theirs.keys() | ours.keys()):
        gone = not theirs.get(key, ((), 0))[0] and not ours.get(key, ((), 0))[0]
        if theirs.get(key) != ours.get(key) and not gone:
            yield f"grant of {key[0]} in {key[1]}: {_told(theirs, ours, key, owner)}"


def _standing(membership: Membership) -> str:
    return f"{membership.state} in {membership.scheme} {membership.season}, version {membership.version}"


def _told(theirs: Mapping[Any, object], ours: Mapping[Any, object], key: object, owner: str) -> str:
    return f"{theirs.get(key, 'nothing')} in {owner}, {ours.get(key, 'nothing')} here"
