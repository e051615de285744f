"""The operator's command line of a service: what every service offers, beside its own commands."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from chassis import broker
from chassis.config import Settings
from chassis.errors import Operational

Command = Callable[[Settings, argparse.Namespace], int]


def parser(service: str) -> tuple[argparse.ArgumentParser, Any]:
    """A parser with the shared commands, and its subparsers to add a service's own to.

    A command sets `run=function(settings, arguments) -> exit code`.
    """
    top = argparse.ArgumentParser(prog=f"python -m services.{service} ctl")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    replay = commands.add_parser("replay", help="list, replay or drop the events that are parked")
    choice = replay.add_mutually_exclusive_group()
    choice.add_argument("--all", action="store_true", help="put every parked event back into the queue")
    choice.add_argument("--drop", metavar="MESSAGE_ID", help="drop one parked event for good")
    replay.add_argument("--json", action="store_true")
    replay.set_defaults(run=_replay)
    return top, commands


def main(top: argparse.ArgumentParser, settings: Settings, arguments: Sequence[str]) -> int:
    """The command's exit code; 1 with a sentence when something that it needs is away."""
    chosen = top.parse_args(arguments)
    try:
        return int(chosen.run(settings, chosen))
    except Operational as absence:
        print(f"{top.prog}: {absence}; try again when it is back", file=sys.stderr)
        return 1


def _replay(settings: Settings, arguments: argparse.Namespace) -> int:
    listed = []
    for message in broker.parked_messages(settings.broker_url, settings.service):
        listed.append(
            {"message_id": message.properties.get("message_id"), "type": message.delivery_info["routing_key"]}
        )
        if arguments.all:
            broker.send_back(settings.broker_url, settings.service, message)
            message.ack()
        elif arguments.drop == listed[-1]["message_id"]:
            message.ack()
    verb = "put back" if arguments.all else "parked"
    print(json.dumps(listed) if arguments.json else "\n".join(str(line) for line in listed) or f"nothing {verb}")
    return 0
