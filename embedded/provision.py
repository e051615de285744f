"""What compose and Kubernetes need before the first process: the keys, and the broker's users and rights.

    python -m embedded.provision keys FOLDER     FOLDER/all holds every key, FOLDER/<part> those of one part
    python -m embedded.provision card-key FOLDER one more generation of the key of app codes, then as `keys`
    python -m embedded.provision broker FILE     from OPERATOR_, <SERVICE>_ and
                                                 SUBSCRIBER_<AUTHORITY>_<ID>_BROKER_PASSWORD

Each may be run again: a key that is there is kept, a password that changed is set. It makes what `bin/up` makes, by
the same functions, so that a right that is missing there is missing in every test too.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from embedded import rabbitmq
from embedded.files import write_private
from embedded.platform import SERVICES
from embedded.secrets import add_generation, generations, make_keys
from embedded.subscribers import subscribers

_PUBLIC_KEYS = ("services.jwks.json", "accounts.jwks.json")
# Beside its own signing key and data key, a part gets these and no other: who reads a key can be that part.
_EXTRA_KEYS: Mapping[str, tuple[str, ...]] = {
    "identity": ("accounts.pem",),
    "wallet": ("card.key", "request.key", "payment_webhook.key"),
    "notification": tuple(f"{each.key}.key" for each in subscribers()),
    "sandbox": ("payment_webhook.key",),
}
_CARD_KEY = "card"
_SIGNING_PARTS = (*SERVICES, "gateway")
PARTS = (*_SIGNING_PARTS, "sandbox")


class SettingAbsentError(RuntimeError):
    """A password or an address is missing; the message names the variable."""


def keys_of(part: str) -> tuple[str, ...]:
    """The files of KEYS_DIR that one part may read."""
    own = (f"services/{part}.pem", f"data/{part}.key") if part in _SIGNING_PARTS else ()
    return (*_PUBLIC_KEYS, *own, *_EXTRA_KEYS.get(part, ()))


def provide_keys(folder: Path) -> None:
    """Make the keys that are missing, then give each part its own folder."""
    make_keys(folder / "all", _SIGNING_PARTS)
    for part in PARTS:
        for name in (*keys_of(part), *_later_generations(folder / "all", part)):
            write_private(folder / part / name, (folder / "all" / name).read_text(encoding="ascii"))


def provide_card_key(folder: Path) -> None:
    """The next generation of the key of app codes, handed to the part that reads it."""
    add_generation(folder / "all", _CARD_KEY)
    provide_keys(folder)


def _later_generations(folder: Path, part: str) -> list[str]:
    return [path.name for path in generations(folder, _CARD_KEY)] if f"{_CARD_KEY}.key" in keys_of(part) else []


def provide_broker(file: Path, values: Mapping[str, str]) -> None:
    """The definitions that the broker loads at its start. Raises `SettingAbsentError`."""
    names = (rabbitmq.OPERATOR, *SERVICES)
    passwords = {name: _required(values, f"{name.upper()}_BROKER_PASSWORD") for name in names}
    of_subscribers = {each.virtual_host: _required(values, each.password_setting) for each in subscribers()}
    write_private(file, json.dumps(rabbitmq.definitions(passwords, of_subscribers), indent=2) + "\n")
    file.chmod(0o644)  # the broker runs under another user id; the file holds salted hashes, no password


def _required(values: Mapping[str, str], name: str) -> str:
    if not values.get(name):
        raise SettingAbsentError(f"set {name}: docs/operations.md says who makes it")
    return values[name]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="embedded.provision", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(required=True)
    acts: dict[str, Callable[[argparse.Namespace], None]] = {
        "keys": lambda chosen: provide_keys(chosen.path),
        "card-key": lambda chosen: provide_card_key(chosen.path),
        "broker": lambda chosen: provide_broker(chosen.path, os.environ),
    }
    for name, act in acts.items():
        command = commands.add_parser(name)
        command.set_defaults(act=act)
        command.add_argument("path", type=Path)
    chosen = parser.parse_args(arguments)
    try:
        chosen.act(chosen)
    except SettingAbsentError as refusal:
        print(f"atouts: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
