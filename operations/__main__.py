"""`bin/atouts`: finds the service that owns a command and hands it over; `verify` spans two of them."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict

from embedded.platform import SERVICES
from embedded.rundir import ROOT
from operations import services
from operations.verify import ExportError, Finding, verify

_OWNER_OF = {"staff": "identity"}
_READERS = SERVICES


def main(arguments: list[str] | None = None) -> int:
    """The exit code of the command; 1 with a sentence when it cannot run."""
    chosen, rest = _parser().parse_known_args(arguments)
    act: Callable[[argparse.Namespace, list[str]], int] = chosen.act
    try:
        return act(chosen, rest)
    except (services.NoPlatformError, ExportError) as refusal:
        print(f"atouts: {refusal}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/atouts", description="The operator's command line.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, act: object, text: str, *, own_help: bool = True) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, add_help=own_help)
        command.set_defaults(act=act)
        return command

    staff = add("staff", _owned, "create a member of staff (the first administrator): staff create …", own_help=False)
    staff.set_defaults(command="staff")
    check = add("verify", _verify, "prove the ledgers, the wallet's debits against payout's, places and draws")
    check.add_argument("--json", action="store_true", help="one object for all checks")
    check.add_argument("--since", metavar="DAY", help="the wallet's ledger from a day on, trusting its earlier seals")
    replay = add("replay", _replay, "list, replay (--all) or drop the events that a service parked")
    replay.add_argument("service", choices=SERVICES)
    rebuild = add("rebuild", _rebuild, "refill a read model from the owner of its facts")
    rebuild.add_argument("service", choices=SERVICES)
    compare = add("compare", _compare, "name each difference between owners of facts and their readers")
    compare.add_argument("service", choices=SERVICES, nargs="?", help="one reader only")
    ctl = add("ctl", _ctl, "any other command of a service: ctl SERVICE …")
    ctl.add_argument("service", choices=SERVICES)
    add("rulebook", _rulebook, "a rule author's files: rulebook check | test | diff | render", own_help=False)
    add("card", _card, "what the card reader makes of files: card read FILE… [--declared FILE]", own_help=False)
    for name, text in (
        ("simulate", "what a rulebook says to one person: simulate --authority … --facts FILE"),
        ("forecast", "what a rulebook would cost for a file of people: forecast --authority … --facts FILE"),
    ):
        add(name, _decide, text, own_help=False).set_defaults(command=name)
    return parser


def _owned(chosen: argparse.Namespace, rest: list[str]) -> int:
    return services.run(_OWNER_OF[chosen.command], [chosen.command, *rest])


def _replay(chosen: argparse.Namespace, rest: list[str]) -> int:
    return services.run(chosen.service, ["replay", *rest])


def _rebuild(chosen: argparse.Namespace, rest: list[str]) -> int:
    return services.run(chosen.service, ["rebuild", *rest])


def _compare(chosen: argparse.Namespace, rest: list[str]) -> int:
    readers = [chosen.service] if chosen.service else _READERS
    return max(services.run(service, ["compare", *rest]) for service in readers)


def _ctl(chosen: argparse.Namespace, rest: list[str]) -> int:
    return services.run(chosen.service, rest)


def _rulebook(_: argparse.Namespace, rest: list[str]) -> int:
    """Where the caller stands: the paths among its arguments are theirs."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", "rulebooks", *rest], env=environment, check=False).returncode


def _card(_: argparse.Namespace, rest: list[str]) -> int:
    """Where the caller stands: the paths among its arguments are theirs."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "services.identity.adapters.card_reader", *rest]
    return subprocess.run(command, env=environment, check=False).returncode


def _decide(chosen: argparse.Namespace, rest: list[str]) -> int:
    return _rulebook(chosen, [chosen.command, *rest])


def _verify(chosen: argparse.Namespace, _: list[str]) -> int:
    findings = verify(chosen.since)
    if chosen.json:
        held = all(finding.held for finding in findings)
        print(json.dumps({"held": held, "checks": [asdict(finding) for finding in findings]}))
    else:
        for finding in findings:
            print(_told(finding))
    return 0 if all(finding.held for finding in findings) else 1


def _told(finding: Finding) -> str:
    verdict = "holds" if finding.held else "DOES NOT HOLD"
    detail = finding.detail if isinstance(finding.detail, str) else json.dumps(finding.detail, ensure_ascii=False)
    return f"{finding.check}: {verdict} {detail}"


if __name__ == "__main__":
    sys.exit(main())
