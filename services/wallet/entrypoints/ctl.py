"""The operator's commands of the wallet service."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date

from chassis import ctl
from chassis.config import Settings
from chassis.context import CallContext
from services.wallet import bootstrap
from services.wallet.bootstrap import Parts
from services.wallet.entrypoints import ctl_seasons
from services.wallet.entrypoints.read_models import READ_MODELS, Operator
from services.wallet.store import checks, listings
from services.wallet.store.checks import Verdict

_EXPORTS = {"debits": listings.debits, "dropped-seasons": listings.dropped_seasons}


def main(settings: Settings, arguments: Sequence[str]) -> int:
    top, commands = ctl.parser(settings.service)
    check = commands.add_parser("verify", help="derive every balance again from the entries")
    check.add_argument("--json", action="store_true")
    check.add_argument("--since", metavar="DAY", type=date.fromisoformat, help="from a day on, trusting earlier seals")
    check.set_defaults(run=_verify)
    export = commands.add_parser("export", help="one JSON line each, sorted by id")
    export.add_argument("what", choices=sorted(_EXPORTS))
    export.set_defaults(run=_export)
    rebuild = commands.add_parser("rebuild", help="refill a read model from the owner of its facts")
    rebuild.add_argument("read_model", choices=sorted(READ_MODELS))
    rebuild.set_defaults(run=_rebuild)
    ctl_seasons.add_to(commands)
    compare = commands.add_parser("compare", help="name each difference between this reader and the owners")
    compare.add_argument("--json", action="store_true")
    compare.set_defaults(run=_compare)
    card_keys = commands.add_parser("card-keys", help="the generations of the card key, and which writes new codes")
    card_keys.set_defaults(run=_card_keys)
    return ctl.main(top, settings, arguments)


def verify(parts: Parts, authority_id: str, since: date | None = None) -> Verdict:
    """Check one authority's ledger in one snapshot: debits may go on meanwhile."""
    platform, context = parts.platform, CallContext(authority_id, parts.platform.service)
    with platform.database.transaction() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return checks.run_checks(platform.work(session, context), parts.request_key, since)


def _verify(settings: Settings, arguments: argparse.Namespace) -> int:
    parts = bootstrap.build_for_operator(settings)
    done = {each.id: verify(parts, each.id, arguments.since) for each in parts.rules.catalogue.authorities()}
    held = all(each.held for each in done.values())
    if arguments.json:
        authorities = {name: asdict(each) for name, each in done.items()}
        print(json.dumps({"held": held, "authorities": authorities}))
    else:
        print("\n".join(line for name, each in done.items() for line in _told(name, each)))
    return 0 if held else 1


def _told(authority_id: str, done: Verdict) -> Iterator[str]:
    for finding in done.findings:
        verdict = "holds" if finding.held else f"DOES NOT HOLD: {finding.detail}"
        yield f"{authority_id}: {finding.check}: {verdict}"
    yield f"{authority_id}: " + ", ".join(f"{name} {value}" for name, value in done.figures.items())


def _card_keys(settings: Settings, _arguments: argparse.Namespace) -> int:
    code_keys = bootstrap.code_keys(settings)
    for key_id in code_keys.ids:
        print(f"card key {key_id}: reads{' and writes' if key_id == code_keys.current else ''}")
    return 0


def _export(settings: Settings, arguments: argparse.Namespace) -> int:
    with bootstrap.build_for_operator(settings).platform.database.transaction() as session:
        for line in _EXPORTS[arguments.what](session):
            print(json.dumps(line))
    return 0


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
        print("\n".join(differences) or "wallet: no difference")
    return 1 if differences else 0


def _operators(settings: Settings) -> Iterator[Operator]:
    parts = bootstrap.build_for_operator(settings)
    for authority in parts.rules.catalogue.authorities():
        yield Operator(parts, authority.id)
