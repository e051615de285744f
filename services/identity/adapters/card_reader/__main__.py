"""Try the reader: `python -m services.identity.adapters.card_reader FILE… [--declared FILE] --json`.

Prints one line a file; with `--json` an object with `file`, `format`, `certainty`, `fields`,
`verdict`, `reasons` and `seconds`. The declared file is a JSON object with `surname`, `given_names` and
`birth_date`, or an object of these by file name; without one there is no verdict beyond the reading's.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from services.identity.adapters.card_reader.reader import CardReader
from services.identity.domain.documents import Declared, DocumentFields, Reading, judge

_Report = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns 0, or 2 when a file cannot be opened."""
    options = _parser().parse_args(arguments)
    reader = CardReader()
    try:
        declared = _declarations(options.declared)
        for path in options.files:
            _print(_report(reader, path, declared, options.on), as_json=options.json)
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"card_reader: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="card_reader", description="Read identity documents from pictures.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JPEG or PNG")
    parser.add_argument("--declared", type=Path, help="JSON: surname, given_names, birth_date")
    parser.add_argument("--on", type=date.fromisoformat, default=date.today(), help="day of the check")  # noqa: DTZ011
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _declarations(path: Path | None) -> Mapping[str, Any]:
    return {} if path is None else json.loads(path.read_text(encoding="utf-8"))


def _declared_for(path: Path, declarations: Mapping[str, Any]) -> Declared | None:
    said = declarations if "surname" in declarations else declarations.get(path.name)
    if said is None:
        return None
    return Declared(said["surname"], said["given_names"], date.fromisoformat(said["birth_date"]))


def _report(reader: CardReader, path: Path, declarations: Mapping[str, Any], on: date) -> _Report:
    content, started = path.read_bytes(), time.perf_counter()
    reading = reader.read([content], on)
    seconds = round(time.perf_counter() - started, 3)
    declared = _declared_for(path, declarations)
    return {"file": str(path), **_read(reading), **_judged(reading, declared, on), "seconds": seconds}


def _read(reading: Reading) -> _Report:
    fields = reading.fields
    return {
        "format": fields and fields.format,
        "certainty": reading.certainty.value,
        "fields": fields and _plain(fields),
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


def _judged(reading: Reading, declared: Declared | None, on: date) -> _Report:
    if declared is None:
        return {"verdict": None, "reasons": [reason.value for reason in reading.defects]}
    verdict = judge(reading, declared, on)
    return {"verdict": verdict.outcome.value, "reasons": [reason.value for reason in verdict.reasons]}


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
