"""The operator's commands of the payout service."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date

from chassis import ctl
from chassis.clock import paris_day
from chassis.config import Settings
from chassis.context import CallContext
from services.payout import bootstrap
from services.payout.application.verification import Verification, verify
from services.payout.entrypoints.read_models import READ_MODELS, Operator, days_between
from services.payout.store.listings import debits


def main(settings: Settings, arguments: Sequence[str]) -> int:
    top, commands = ctl.parser(settings.service)
    check = commands.add_parser("verify", help="prove that each debit is paid once, and every cent told alike")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_verify)
    export = commands.add_parser("export", help="one JSON line each, sorted by id")
    export.add_argument("what", choices=["debits"])
    export.set_defaults(run=_export)
    rebuild = commands.add_parser("rebuild", help="refill a read model from the owner of its facts")
    rebuild.add_argument("read_model", choices=sorted(READ_MODELS))
    _add_days(rebuild)
    rebuild.set_defaults(run=_rebuild)
    compare = commands.add_parser("compare", help="name each difference between this reader and the owners")
    compare.add_argument("--json", action="store_true")
    _add_days(compare)
    compare.set_defaults(run=_compare)
    return ctl.main(top, settings, arguments)


def _add_days(command: argparse.ArgumentParser) -> None:
    for name, text in (("--from-day", "first day"), ("--to-day", "last day, included")):
        command.add_argument(name, type=date.fromisoformat, help=f"{text} of movements, YYYY-MM-DD")


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


def _export(settings: Settings, _arguments: argparse.Namespace) -> int:
    with bootstrap.build_for_operator(settings).platform.database.transaction() as session:
        for debit in debits(session):
            print(json.dumps(asdict(debit)))
    return 0


def _rebuild(settings: Settings, arguments: argparse.Namespace) -> int:
    for operator in _operators(settings, arguments):
        kept = READ_MODELS[arguments.read_model].rebuild(operator)
        print(f"{operator.authority_id}: {arguments.read_model}: {kept} read from the owner")
    return 0


def _compare(settings: Settings, arguments: argparse.Namespace) -> int:
    differences = [
        f"{operator.authority_id}: {difference}"
        for operator in _operators(settings, arguments)
        for read_model in READ_MODELS.values()
        for difference in read_model.compare(operator)
    ]
    if arguments.json:
        print(json.dumps({"service": settings.service, "differences": differences}))
    else:
        print("\n".join(differences) or "payout: no difference")
    return 1 if differences else 0


def _operators(settings: Settings, arguments: argparse.Namespace) -> Iterator[Operator]:
    parts, owners = bootstrap.build_for_operator(settings), bootstrap.grant_owners(settings)
    today = paris_day(parts.platform.clock.now())
    for authority in parts.catalogue.authorities():
        first = min(rulebook.starts_on for rulebook in parts.catalogue.of_authority(authority.id))
        days = days_between(arguments.from_day or first, arguments.to_day or today)
        yield Operator(parts, owners, authority.id, days)


def _verified(parts: bootstrap.Parts, authority_id: str) -> Verification:
    platform, context = parts.platform, CallContext(authority_id, parts.platform.service)
    with platform.database.transaction() as session:
        # One snapshot: events and approvals may go on meanwhile.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return verify(platform.work(session, context), parts.catalogue, parts.files)
