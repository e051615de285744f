"""`python -m demo [--exit] [--pupils N] [--seed S]`: plays the season on the platform that runs.

Exits with 0 when every cent is accounted for, by the reader's own reckoning and by `bin/atouts verify`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time

from demo import operator, summary, table
from demo.addresses import Addresses, NoPlatform, running_platform
from demo.client import Caller, Gateway, Json, NoAnswer
from demo.guests import load as load_guests
from demo.ledger_check import Identity, identities
from demo.mailbox import Mailbox
from demo.narrator import Narrator
from demo.neighbour import Neighbour
from demo.operator import OperatorFailed
from demo.platform_time import PlatformTime
from demo.readings import Readings, read
from demo.record import Record, StoryBroken
from demo.season_check import Finding, findings
from demo.stage import PASSWORD, Stage
from demo.story import check_incidents, play
from demo.story_file import BadStory, load
from demo.story_values import Story
from demo.waiting import StillWaiting

_FEWEST_PUPILS = 6


def main(arguments: list[str] | None = None) -> int:
    """Play, read, reckon, tell; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        story = load()
        check_incidents(story)
        return _played(running_platform(story), story, options)
    except (BadStory, NoPlatform, NoAnswer, StillWaiting, OperatorFailed, StoryBroken) as end:
        print(f"demo: {end}", file=sys.stderr)
        return 1


def _played(addresses: Addresses, story: Story, options: argparse.Namespace) -> int:
    shutil.rmtree(addresses.folder, ignore_errors=True)
    started = time.monotonic()
    stage = _stage(addresses, story, options)
    try:
        play(stage, load_guests() if addresses.has_elsewhere else ())
        return _reckon(stage, addresses, options, started)
    finally:
        stage.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="demo", description="Plays one season through the public HTTP API.")
    parser.add_argument("--exit", action="store_true", help="do not print addresses and logins at the end")
    parser.add_argument("--pupils", type=_pupils, default=40, metavar="N", help="who sign up (default 40)")
    parser.add_argument("--seed", type=int, default=2025, metavar="S", help="fixes every draw and name")
    return parser


def _pupils(text: str) -> int:
    if int(text) < _FEWEST_PUPILS:
        raise argparse.ArgumentTypeError(f"the story needs {_FEWEST_PUPILS} pupils at least")
    return int(text)


def _stage(addresses: Addresses, story: Story, options: argparse.Namespace) -> Stage:
    gateway = Gateway(addresses.gateway, addresses.host)
    visitor = Caller(gateway)
    stage = Stage(
        gateway,
        visitor,
        PlatformTime(visitor),
        Narrator(),
        Record(),
        addresses.folder,
        options.seed,
        options.pupils,
        story,
    )
    stage.mailbox = Mailbox(addresses.mail_page)
    stage.neighbour = Neighbour(story.neighbour.id, visitor, addresses.neighbour_broker, addresses.neighbour_secret)
    return stage


def _reckon(stage: Stage, addresses: Addresses, options: argparse.Namespace, started: float) -> int:
    """Recompute everything from what can be seen, and have the operator's proof made."""
    stage.tell.chapter("Les comptes")
    readings = read(stage)
    checked = identities(readings, stage.record)
    found = findings(readings, stage.record, stage.neighbour)
    verified = operator.verify()
    figures = summary.summary(
        readings, stage.record, stage.neighbour, checked, found,
        seed=options.seed, seconds=time.monotonic() - started, verified=verified,
    )  # fmt: skip
    summary.write(addresses.folder / "summary.json", figures)
    _tell_accounts(stage, readings, checked, verified)
    _tell_findings(stage, found)
    if not options.exit:
        _tell_logins(stage, addresses)
    adds_up = all(identity.holds for identity in checked)
    return 0 if verified["held"] and adds_up and all(finding.holds for finding in found) else 1


def _tell_accounts(stage: Stage, readings: Readings, checked: list[Identity], verified: Json) -> None:
    print(f"\n{table.budget_table(readings)}\n\n{table.partner_table(readings)}\n")
    wrong = [identity for identity in checked if not identity.holds]
    for identity in wrong:
        stage.tell.say(f"ÉCART {identity.name} : {identity.left} et {identity.right} centimes.")
    stage.tell.say(f"{len(checked) - len(wrong)} égalités sur {len(checked)} tiennent au centime.")
    stage.tell.say("bin/atouts verify : " + ("tout tient." if verified["held"] else f"ÉCART {verified}"))


def _tell_findings(stage: Stage, found: list[Finding]) -> None:
    for finding in found:
        if not finding.holds:
            stage.tell.say(f"ÉCART {finding.name} : {finding.found}, et non {finding.expected}.")
    stage.tell.say(
        f"{sum(finding.holds for finding in found)} constats sur {len(found)} (tirages, courriels, adhésions "
        "transmises, PDF) sont ceux attendus."
    )
    stage.tell.say(f"Fichiers : {stage.folder}")


def _tell_logins(stage: Stage, addresses: Addresses) -> None:
    stage.tell.chapter("À vous")
    for what, address in (
        ("Accueil", f"{addresses.public}/"),
        ("Espace des jeunes", f"{addresses.public}/mon-espace"),
        ("Espace des partenaires", f"{addresses.public}/espace-partenaire"),
        ("Caisse des partenaires", f"{addresses.public}/caisse"),
        ("Espace des agents", f"{addresses.public}/agents"),
        ("API", f"{addresses.public}/docs (document OpenAPI : /openapi.json)"),
        ("Courriels reçus", f"{addresses.mail_page}/"),
    ):
        stage.tell.say(f"{what} : {address}")
    shop = stage.partners[stage.story.sales["first"].partner]
    for who, member in (
        ("Jeune", stage.lead.member),
        ("Partenaire", shop.owner),
        ("Caisse", shop.till),
        ("Instruction et relecture", stage.staff.instructor),
        ("Administration", stage.staff.administrator),
    ):
        secret = member.login.second_factor_uri
        stage.tell.say(
            f"{who} : {member.login.email}, « {PASSWORD} »" + (f", second facteur {secret}" if secret else "")
        )


if __name__ == "__main__":
    sys.exit(main())
