"""Reads cards from files: `bin/atouts card read FILE… [--declared FILE] [--json]`.

Prints one line a document; with `--json` an object with `file`, `format`, `fields`, `verdict`, `reasons` and
`seconds`, and `certainty`, `printed` and `seals` beside them. FILE is a JPEG, PNG, HEIC or PDF; `FRONT+BACK` are
two sides of one document. The declared file is a JSON object with `surname`, `given_names` and `birth_date`, or an
object of these by file name; without one the document is judged by itself.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from services.identity.adapters.card_reader.certificates import signers_in
from services.identity.adapters.card_reader.reader import CardReader
from services.identity.adapters.card_reader.seals import SealReader
from services.identity.adapters.pictures import SafePictures
from services.identity.domain.documents import (
    Certainty,
    Declared,
    DocumentFields,
    Reading,
    Reason,
    judge,
    judge_document,
)
from services.identity.domain.refusals import PictureRefused

_Report = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns 0, or 2 when a file cannot be opened."""
    options = _parser().parse_args(arguments)
    try:
        reader = CardReader(seals=SealReader(signers_in(options.certificates)))
        declared = _declarations(options.declared)
        for named in options.files:
            _print(_report(reader, named, declared, options.on), as_json=options.json)
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"card read: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="bin/atouts card", description="Identity documents.")
    read = top.add_subparsers(required=True, metavar="ACT").add_parser("read", help="read and judge documents")
    read.add_argument("files", nargs="+", metavar="FILE", help="JPEG, PNG, HEIC or PDF; FRONT+BACK for two sides")
    read.add_argument("--declared", type=Path, help="JSON: surname, given_names, birth_date; or these by file name")
    read.add_argument("--on", type=date.fromisoformat, default=date.today(), help="day of the check")  # noqa: DTZ011
    read.add_argument("--certificates", type=Path, metavar="FOLDER", help="what seals are verified with")
    read.add_argument("--json", action="store_true", help="one JSON object a line")
    return top


def _declarations(path: Path | None) -> Mapping[str, Any]:
    return {} if path is None else json.loads(path.read_text(encoding="utf-8"))


def _declared_for(path: Path, declarations: Mapping[str, Any]) -> Declared | None:
    said = declarations if "surname" in declarations else declarations.get(path.name)
    if said is None:
        return None
    return Declared(said["surname"], said["given_names"], date.fromisoformat(said["birth_date"]))


def _report(reader: CardReader, named: str, declarations: Mapping[str, Any], on: date) -> _Report:
    paths = [Path(named)] if Path(named).exists() else [Path(part) for part in named.split("+")]
    files, started = [path.read_bytes() for path in paths], time.perf_counter()
    reading = _reading(reader, files, on)
    seconds = round(time.perf_counter() - started, 3)
    declared = _declared_for(paths[0], declarations)
    verdict = judge_document(reading, on) if declared is None else judge(reading, declared, on)
    return {
        "file": named,
        **_read(reading),
        "verdict": verdict.outcome.value,
        "reasons": [reason.value for reason in verdict.reasons],
        "seconds": seconds,
    }


def _reading(reader: CardReader, files: Sequence[bytes], on: date) -> Reading:
    """As the service does: the files are made safe, then read."""
    try:
        return reader.read(SafePictures().sides(files), on)
    except PictureRefused as refused:
        return Reading(None, Certainty.DOUBTFUL, (Reason(refused.code),))


def _read(reading: Reading) -> _Report:
    fields, printed = reading.fields, reading.printed
    return {
        "format": fields and fields.format,
        "certainty": reading.certainty.value,
        "fields": fields and _plain(fields),
        "printed": printed and {"surname": printed.surname, "given_names": printed.given_names},
        "seals": [
            {"kind": seal.kind.value, "status": seal.status.value, "why": seal.finding.value, "says": dict(seal.says)}
            for seal in reading.seals
        ],
    }


def _plain(fields: DocumentFields) -> _Report:
    return {
        "surname": fields.surname.text,
        "given_names": fields.given_names.text,
        "birth_date": fields.birth_date.isoformat(),
        "sex": fields.sex,
        "number": fields.number,
        "expiry": fields.expiry and fields.expiry.isoformat(),
        "issuing_state": fields.issuing_state,
    }


def _print(report: _Report, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
        return
    said = report["fields"] or {}
    words = [said.get("surname"), said.get("given_names"), said.get("birth_date"), report["verdict"]]
    shown = " · ".join(str(word) for word in (*words, *report["reasons"]) if word)
    sys.stdout.write(f"{report['file']}: {shown} ({report['seconds']} s)\n")


if __name__ == "__main__":
    raise SystemExit(main())
