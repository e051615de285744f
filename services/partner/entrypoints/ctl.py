"""The operator's commands of the partner service."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import Any

from chassis import ctl
from chassis.config import Settings
from chassis.context import CallContext
from services.partner import bootstrap
from services.partner.bootstrap import Parts
from services.partner.domain.accreditation import Accreditation
from services.partner.entrypoints.read_models import grant_differences, rebuild_grants
from services.partner.store import views

SERVICE = "partner"


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
        print(f"{authority_id}: {rebuild_grants(parts, authority_id)} staff grants kept")
    return 0


def _compare(settings: Settings, arguments: argparse.Namespace) -> int:
    parts = bootstrap.build(settings)
    differences = [line for authority_id in _authorities(parts) for line in grant_differences(parts, authority_id)]
    if arguments.json:
        print(json.dumps(differences, ensure_ascii=False))
    else:
        print("\n".join(differences) or "no difference")
    return 1 if differences else 0


def _export(settings: Settings, _arguments: argparse.Namespace) -> int:
    parts = bootstrap.build(settings)
    for authority_id in _authorities(parts):
        for accreditation in exported(parts, authority_id):
            print(json.dumps({"authority_id": authority_id, **_line(accreditation)}, sort_keys=True))
    return 0


def exported(parts: Parts, authority_id: str) -> Iterator[Accreditation]:
    """What other services were told, by id, a page a transaction."""
    own = CallContext(authority_id, SERVICE)
    token, more = "", True
    while more:
        with parts.platform.database.transaction() as session:
            page, token = views.published_accreditations(parts.platform.work(session, own), token)
        yield from (published.accreditation for published in page)
        more = bool(token)


def _line(accreditation: Accreditation) -> dict[str, Any]:
    return {
        "accreditation_id": accreditation.accreditation_id,
        "partner_id": accreditation.partner_id,
        "scheme": accreditation.scheme,
        "category": accreditation.category,
        "state": accreditation.state.value,
        "version": accreditation.version,
    }


def _authorities(parts: Parts) -> Sequence[str]:
    return [authority.id for authority in parts.ports.catalogue.authorities()]
