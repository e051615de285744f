"""`python -m rulebooks check` and `python -m rulebooks test`: a directory of rulebooks, its cases."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rulebooks.cases import read_cases, run_cases
from rulebooks.catalogue import PACKAGED, Catalogue
from rulebooks.problems import RulebookProblems


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when all is well, 1 when a rulebook or a case is wrong."""
    options = _parser().parse_args(arguments)
    try:
        catalogue = Catalogue.load(options.directory)
        return _test(catalogue, options.directory) if options.command == "test" else _check(catalogue)
    except RulebookProblems as refused:
        print(refused, file=sys.stderr)
        print(f"{len(refused.problems)} problème(s).", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rulebooks", description="Vérifie et essaie les règlements.")
    parser.add_argument("command", choices=("check", "test"), help="check : lire ; test : jouer les cas")
    parser.add_argument("--directory", type=Path, default=PACKAGED, help="dossier des règlements")
    return parser


def _check(catalogue: Catalogue) -> int:
    for authority in catalogue.authorities():
        print(f"{authority.name} ({authority.id})")
        for rulebook in catalogue.of_authority(authority.id):
            print(f"  {rulebook.scheme} {rulebook.season} : {rulebook.title} [{rulebook.hash[:12]}]")
    return 0


def _test(catalogue: Catalogue, directory: Path) -> int:
    failed = 0
    for authority in catalogue.authorities():
        for rulebook in catalogue.of_authority(authority.id):
            run = run_cases(read_cases(directory, rulebook), rulebook, catalogue.document(rulebook.hash))
            failed += len(run.failures)
            print(f"{rulebook.title} : {run.count} cas, {len(run.failures)} en échec")
            for failure in run.failures:
                print(f"  {failure}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
