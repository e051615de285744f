"""The operator's commands of the bonplan service."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from chassis import ctl
from chassis.config import Settings
from chassis.context import CallContext
from services.bonplan import bootstrap
from services.bonplan.application.verification import Verification, verify
from services.bonplan.entrypoints.read_models import READ_MODELS, Operator


def main(settings: Settings, arguments: Sequence[str]) -> int:
    top, commands = ctl.parser(settings.service)
    check = commands.add_parser("verify", help="prove that no place is given twice, and draw each draw again")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_verify)
    rebuild = commands.add_parser("rebuild", help="refill a read model from the owner of its facts")
    rebuild.add_argument("read_model", choices=sorted(READ_MODELS))
    rebuild.set_defaults(run=_rebuild)
    compare = commands.add_parser("compare", help="name each difference between this reader and the owners")
    compare.add_argument("--json", action="store_true")
    compare.set_defaults(run=_compare)
    return ctl.main(top, settings, arguments)


def _verify(settings: Settings, arguments: argparse.Namespace) -> int:
    parts = bootstrap.build_for_operator(settings)
    done = {each.id: _verified(parts, each.id) for each in parts.catalogue.authorities()}
    held = all(each.held for each in done.values())
    if arguments.json:
        print(json.dumps({"held": held, "authorities": {name: asdict(each) for name, each in done.items()}}))
    else:
        print("\n".join(line for name, each in done.items() for line in _told(name, each)))
    return 0 if held else 1


def _told(authority_id: str, done: Verification) -> Iterator[str]:
    for finding in done.findings:
        verdict = "holds" if finding.held else f"DOES NOT HOLD: {finding.detail}"
        yield f"{authority_id}: {finding.check}: {verdict}"
    yield f"{authority_id}: " + ", ".join(f"{name} {value}" for name, value in done.figures.items())


def _rebuild(settings: Settings, arguments: argparse.Namespace) -> int:
    for operator in _operators(settings):
        kept = READ_MODELS[arguments.read_model].rebuild(operator)
        print(f"{operator.authority_id}: {arguments.read_model}: {kept} read from the owner")
    return 0


def _compare(settings: Settings, arguments: argparse.Namespace) -> int:
    differences = [
        f"{operator.authority_id}: {difference}"
        for operator in _operators(settings)
        for read_model in READ_MODELS.values()
        for difference in read_model.compare(operator)
    ]
    if arguments.json:
        print(json.dumps({"service": settings.service, "differences": differences}))
    else:
        print("\n".join(differences) or "bonplan: no difference")
    return 1 if differences else 0


def _operators(settings: Settings) -> Iterator[Operator]:
    parts, owners = bootstrap.build_for_operator(settings), bootstrap.owners(settings)
    for authority in parts.catalogue.authorities():
        yield Operator(parts, owners, authority.id)


def _verified(parts: bootstrap.Parts, authority_id: str) -> Verification:
    platform, context = parts.platform, CallContext(authority_id, parts.platform.service)
    with platform.database.transaction() as session:
        # One snapshot: registrations may go on meanwhile.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return verify(platform.work(session, context), parts.seeds)
