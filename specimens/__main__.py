"""Command line: `python -m specimens card …` draws one document, `batch` draws many with their truth."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from specimens import FORMATS, Holder, card, invented, zone_lines
from specimens.holder import LAST_ISSUED

_DIFFICULTIES = (1, 2, 3)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    if options.command == "card":
        _write(options.out, _holder(options), options.format, options.difficulty, options.seed)
        return 0
    truth = dict(_batch(options))
    (options.out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="specimens", description="Made-up identity documents.")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("card", help="draw one document")
    one.add_argument("--seed", type=int, required=True, help="draws the number, and the holder's missing values")
    one.add_argument("--out", type=Path, required=True, help="file to write: PNG at difficulty 1, else JPEG")
    one.add_argument("--format", choices=FORMATS, default="td1")
    one.add_argument("--difficulty", type=int, choices=_DIFFICULTIES, default=1)
    one.add_argument("--sex", choices=("F", "M"))
    for name in ("--surname", "--given-names"):
        one.add_argument(name)
    for name in ("--birth-date", "--issued-on", "--expires-on"):
        one.add_argument(name, type=date.fromisoformat, metavar="YYYY-MM-DD")
    many = commands.add_parser("batch", help="draw documents of mixed formats and difficulties, with truth.json")
    many.add_argument("--seed", type=int, required=True)
    many.add_argument("--count", type=int, default=40)
    many.add_argument("--out", type=Path, required=True, help="folder to write to")
    for command in (one, many):
        command.add_argument("--on", type=date.fromisoformat, default=date(2025, 9, 1), help="day of reference")
    return parser


def _holder(options: argparse.Namespace) -> Holder:
    drawn = invented(options.seed, options.on, issued_before=LAST_ISSUED.get(options.format))
    return Holder(
        surname=options.surname or drawn.surname,
        given_names=options.given_names or drawn.given_names,
        birth_date=options.birth_date or drawn.birth_date,
        sex=options.sex or drawn.sex,
        issued_on=options.issued_on or drawn.issued_on,
        expires_on=options.expires_on,
    )


def _batch(options: argparse.Namespace) -> list[tuple[str, dict[str, object]]]:
    options.out.mkdir(parents=True, exist_ok=True)
    return [_numbered(options, number) for number in range(options.count)]


def _numbered(options: argparse.Namespace, number: int) -> tuple[str, dict[str, object]]:
    seed = options.seed * 1000 + number
    document_format = FORMATS[number % len(FORMATS)]
    difficulty = _DIFFICULTIES[number // len(FORMATS) % len(_DIFFICULTIES)]
    holder = invented(seed, options.on, issued_before=LAST_ISSUED.get(document_format))
    name = f"{number:03d}-{document_format}-{difficulty}.{'png' if difficulty == 1 else 'jpg'}"
    _write(options.out / name, holder, document_format, difficulty, seed)
    return name, {
        "surname": holder.surname,
        "given_names": holder.given_names,
        "birth_date": holder.birth_date.isoformat(),
        "lines": zone_lines(holder, document_format, seed),
    }


def _write(path: Path, holder: Holder, document_format: str, difficulty: int, seed: int) -> None:
    path.write_bytes(card(holder, format=document_format, difficulty=difficulty, seed=seed))


if __name__ == "__main__":
    raise SystemExit(main())
