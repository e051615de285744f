"""The read model of staff's grants, against their owner: refilled, or compared."""

from __future__ import annotations

from collections.abc import Iterator

from atouts.identity.v1 import accounts_pb2 as identity_pb

from chassis import context, grants
from chassis.context import CallContext
from chassis.work import Work
from services.partner.bootstrap import Parts
from services.partner.store import views

# Roles and version, by account and scope.
Grants = dict[tuple[str, str], tuple[list[str], int]]


def rebuild_grants(parts: Parts, authority_id: str) -> int:
    """Refill from identity while events flow: a later version known here stays. How many identity has."""
    owned = _owned_by_identity(parts, authority_id)
    with parts.platform.database.transaction() as session:
        work = parts.platform.work(session, _own_name(parts, authority_id))
        for (account_id, scope), (roles, version) in owned.items():
            grants.keep(session, work.tables, authority_id, account_id, scope, roles, version)
    return len(owned)


def grant_differences(parts: Parts, authority_id: str) -> Iterator[str]:
    """A sentence for each grant that identity and this service do not know alike."""
    owned = _owned_by_identity(parts, authority_id)
    with parts.platform.database.transaction() as session:
        kept = _kept(parts.platform.work(session, _own_name(parts, authority_id)))
    for account_id, scope in sorted(owned.keys() | kept.keys()):
        ours, theirs = kept.get((account_id, scope)), owned.get((account_id, scope))
        if ours != theirs:
            told = f"identity has {theirs or 'none'}, partner has {ours or 'none'}"
            yield f"{authority_id}: grant of {account_id} in {scope}: {told}"


def _owned_by_identity(parts: Parts, authority_id: str) -> Grants:
    """Identity's grants, asked page by page under this service's own name."""
    caller = context.current.set(_own_name(parts, authority_id))
    try:
        return dict(_pages(parts))
    finally:
        context.current.reset(caller)


def _pages(parts: Parts) -> Iterator[tuple[tuple[str, str], tuple[list[str], int]]]:
    token, more = "", True
    while more:
        page = parts.identity.call("ListGrants", identity_pb.ListGrantsRequest(page_token=token))
        for grant in page.grants:
            yield (grant.account_id, grant.scope), (sorted(grant.roles), grant.version)
        token = page.next_page_token
        more = bool(token)


def _kept(work: Work) -> Grants:
    rows = views.staff_grants(work)
    return {(row.account_id, row.scope): (sorted(row.roles), row.version) for row in rows}


def _own_name(parts: Parts, authority_id: str) -> CallContext:
    return CallContext(authority_id, parts.platform.service)
