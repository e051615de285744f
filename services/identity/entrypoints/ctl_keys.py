"""`ctl keys`: the keys that sign and prove access tokens, changed while everything runs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict

from chassis.config import Settings
from services.identity.adapters.signing_keys import PublishedKeys, SigningKeys, TokensStillOut

Act = Callable[[SigningKeys, argparse.Namespace], PublishedKeys]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keys = commands.add_parser("keys", help="the keys of access tokens").add_subparsers(required=True, metavar="ACT")
    _add(keys, "show", "the key that signs, and those that verify", lambda held, _: held.state())
    _add(keys, "prepare", "publish the next key beside the one that signs", lambda held, _: held.prepare())
    _add(keys, "rotate", "sign with the next key; the one before still verifies", lambda held, _: held.rotate())
    retire = _add(
        keys,
        "retire",
        "verify with the key that signs alone",
        lambda held, arguments: held.retire(arguments.at_once),
    )
    retire.add_argument("--at-once", action="store_true", help="a key was stolen: its tokens are refused from now on")


def _add(
    keys: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str, act: Act
) -> argparse.ArgumentParser:
    parser = keys.add_parser(name, help=words)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=lambda settings, arguments: _run(settings, arguments, act))
    return parser


def _run(settings: Settings, arguments: argparse.Namespace, act: Act) -> int:
    try:
        keys = act(SigningKeys(settings.keys_dir), arguments)
    except TokensStillOut as early:
        print(f"keys retire: {early}; wait, or say --at-once and everybody renews their session", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(asdict(keys)))
    else:
        print(f"signs:    {keys.signs}")
        print(f"verifies: {', '.join(keys.verifies)}")
    return 0
