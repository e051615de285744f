"""The operator's commands of the partner service."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from atouts.identity.v1 import accounts_pb2 as identity_pb

from chassis import context, ctl, grants
from chassis.config import Settings
from chassis.context import CallContext
from chassis.work import Work
from services.partner import bootstrap
from services.partner.bootstrap import Parts
from services.partner.store import views

SERVICE = "partner"
GrantKey = tuple[str, str]
Grants = dict[GrantKey, tuple[list[str], int]]


def main(settings: Settings, arguments: Sequence[str]) -> int:
    top, commands = ctl.parser(SERVICE)
    rebuild = commands.add_parser("rebuild", help="refill a read model from its owner")
    rebuild.add_argument("read_model", choices=["grants"])
    rebuild.set_defaults(run=_rebuild)
    compare = commands.add_parser("compare", help="name each difference with the owners of read models")
    compare.add_argument("--json", action="store_true")
    compare.set_defaults(run=_compare)
    export = commands.add_parser("export", help="JSON lines of a state, sorted by id")
    export.add_argument("what", choices=["accreditations"])
    export.set_defaults(run=_export)
    return ctl.main(top, settings, arguments)


def _rebuild(settings: Settings, _arguments: argparse.Namespace) -> int:
    parts = bootstrap.build(settings)
    for authority_id in _authorities(parts):
        owned = _owned_by_identity(parts, authority_id)
        _in_work(parts, authority_id, partial(_keep, owned=owned))
        print(f"{authority_id}: {len(owned)} staff grants kept")
    return 0


def _compare(settings: Settings, arguments: argparse.Namespace) -> int:
    parts = bootstrap.build(settings)
    differences = [line for authority_id in _authorities(parts) for line in _differences(parts, authority_id)]
    if arguments.json:
        print(json.dumps(differences, ensure_ascii=False))
    else:
        print("\n".join(differences) or "no difference")
    return 1 if differences else 0


def _export(settings: Settings, _arguments: argparse.Namespace) -> int:
    parts = bootstrap.build(settings)
    for authority_id in _authorities(parts):
        for line in _exported(parts, authority_id):
            print(json.dumps(line, sort_keys=True))
    return 0


def _differences(parts: Parts, authority_id: str) -> Iterator[str]:
    owned = _owned_by_identity(parts, authority_id)
    kept = _in_work(parts, authority_id, _kept)
    for key in sorted(owned.keys() | kept.keys()):
        if owned.get(key) != kept.get(key):
            account_id, scope = key
            yield f"{authority_id}: grant of {account_id} in {scope}: " + _told(owned.get(key), kept.get(key))


def _told(owned: tuple[list[str], int] | None, kept: tuple[list[str], int] | None) -> str:
    return f"identity has {owned or 'none'}, partner has {kept or 'none'}"


def _owned_by_identity(parts: Parts, authority_id: str) -> Grants:
    """Identity's staff grants, asked page by page under this service's own name."""
    context.current.set(CallContext(authority_id, SERVICE))
    owned: Grants = {}
    token = ""
    while True:
        page = parts.identity.call("ListGrants", identity_pb.ListGrantsRequest(page_token=token))
        owned |= {(grant.account_id, grant.scope): (sorted(grant.roles), grant.version) for grant in page.grants}
        token = page.next_page_token
        if not token:
            return owned


def _kept(work: Work) -> Grants:
    rows = views.staff_grants(work)
    return {(row.account_id, row.scope): (sorted(row.roles), row.version) for row in rows}


def _keep(work: Work, owned: Grants) -> None:
    for (account_id, scope), (roles, version) in owned.items():
        grants.keep(work.session, work.tables, work.authority_id, account_id, scope, roles, version)


def _exported(parts: Parts, authority_id: str) -> Iterator[dict[str, Any]]:
    token = ""
    while True:
        page, token = _in_work(parts, authority_id, partial(views.published_accreditations, page_token=token))
        for accreditation in page:
            yield {
                "accreditation_id": accreditation.accreditation_id,
                "authority_id": authority_id,
                "partner_id": accreditation.partner_id,
                "scheme": accreditation.scheme,
                "category": accreditation.category,
                "state": accreditation.state.value,
                "version": accreditation.version,
            }
        if not token:
            return


def _authorities(parts: Parts) -> Sequence[str]:
    return [authority.id for authority in parts.ports.catalogue.authorities()]


def _in_work(parts: Parts, authority_id: str, act: Callable[[Work], Any]) -> Any:
    """One transaction under this service's own name."""
    own = CallContext(authority_id, SERVICE)
    return parts.platform.database.run(lambda session: act(parts.platform.work(session, own)))
