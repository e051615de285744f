"""The operator's commands for erasures: what a restored database needs, and the journal kept elsewhere."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from chassis.config import Settings
from services.identity import bootstrap
from services.identity.bootstrap import Parts
from services.identity.entrypoints import journal, resealing
from services.identity.store.keys.kept_marks import KeptMark, KeptMarkRows
from services.identity.store.keys.own_keys import JournalEntry

Act = Callable[[Parts, argparse.Namespace], str]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`ctl erasures …`."""
    erasures = commands.add_parser("erasures", help="persons who were erased").add_subparsers(required=True)

    def command(name: str, act: Act, text: str) -> argparse.ArgumentParser:
        added = erasures.add_parser(name, help=text, description=text)
        added.set_defaults(run=_run(act))
        return added

    command("replay", _replay, "clear whom a restored database brought back: before any door opens")
    command("again", _again, "have every service clear every erased person again: one of them was restored")
    command("reseal", _reseal, "seal under each account's own key what was sealed under the service's")
    command("keyless", _keyless, "count accounts whose key is gone though nobody erased them")
    exported = command("export", _export, "write the journal and the marks to a file, to be kept elsewhere")
    exported.add_argument("file", type=Path)
    imported = command("import", _import, "put them back into a key database that was restored")
    imported.add_argument("file", type=Path)


def _run(act: Act) -> Callable[[Settings, argparse.Namespace], int]:
    def run(settings: Settings, arguments: argparse.Namespace) -> int:
        try:
            print(act(bootstrap.build(settings), arguments))
        except (OSError, ValueError, KeyError, TypeError) as error:
            print(f"erasures: the file cannot be used: {error}", file=sys.stderr)
            return 1
        return 0

    return run


def _replay(parts: Parts, _arguments: argparse.Namespace) -> str:
    replayed = journal.replay(parts)
    return f"{replayed.cleared} persons cleared again, {replayed.unknown} whom this database never had"


def _again(parts: Parts, _arguments: argparse.Namespace) -> str:
    return f"{journal.ask_again(parts)} erased persons: every service is asked again, by the worker"


def _reseal(parts: Parts, _arguments: argparse.Namespace) -> str:
    return f"{resealing.reseal(parts)} accounts sealed anew"


def _keyless(parts: Parts, _arguments: argparse.Namespace) -> str:
    return f"{resealing.keyless(parts)} accounts cannot be opened: they are to be erased, and to sign up again"


def _export(parts: Parts, arguments: argparse.Namespace) -> str:
    entries, marks = parts.own_keys.journal(), KeptMarkRows(parts.own_keys.database).all()
    content = {"journal": [asdict(each) for each in entries], "marks": [asdict(each) for each in marks]}
    arguments.file.write_text(json.dumps(content, default=_plain, indent=1) + "\n", encoding="utf-8")
    arguments.file.chmod(0o600)
    return f"{len(entries)} erasures and {len(marks)} marks written to {arguments.file}"


def _import(parts: Parts, arguments: argparse.Namespace) -> str:
    content = json.loads(arguments.file.read_text(encoding="utf-8"))
    entries = [_entry(**each) for each in content["journal"]]
    ended = parts.own_keys.put_back(entries, [_mark(**each) for each in content["marks"]])
    return f"{len(entries)} erasures in the journal, {ended} keys ended again"


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date):  # an instant is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the file")


def _entry(authority_id: str, account_hash: str, erased_at: str) -> JournalEntry:
    return JournalEntry(authority_id, bytes.fromhex(account_hash), datetime.fromisoformat(erased_at))


def _mark(authority_id: str, mark: str, once_keys: list[str], until: str) -> KeptMark:
    return KeptMark(authority_id, bytes.fromhex(mark), tuple(once_keys), date.fromisoformat(until))
