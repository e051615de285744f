"""`check`, `test`, `diff`, `render`: a rulebook's files themselves."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from rulebooks.authoring.differences import differences
from rulebooks.authoring.page import html_page
from rulebooks.authoring.printed import pdf
from rulebooks.cases import read_cases, run_cases
from rulebooks.catalogue import Catalogue
from rulebooks.cli.places import directories, document_of
from rulebooks.mutations import mutation_report
from rulebooks.rulebook import Rulebook


def check(options: argparse.Namespace) -> int:
    """Reads everything; lists what is there."""
    catalogue = Catalogue.load(*directories(options))
    for authority in catalogue.authorities():
        print(f"{authority.name} ({authority.id})")
        for rulebook in _of(catalogue, authority.id):
            print(f"  {rulebook.scheme} {rulebook.edition} : {rulebook.title} [{rulebook.hash[:12]}]")
    return 0


def test(options: argparse.Namespace) -> int:
    """Plays the cases beside each rulebook; with `--mutations`, tells the values that no case holds."""
    roots = directories(options)
    catalogue = Catalogue.load(*roots)
    if options.mutations:
        return mutation_report(catalogue, *roots)
    failed = 0
    for rulebook in catalogue.rulebooks():
        run = run_cases(read_cases(_root_of(rulebook, roots), rulebook), rulebook, catalogue.document(rulebook.hash))
        failed += len(run.failures)
        print(f"{rulebook.title} ({rulebook.edition}) : {run.count} cas, {len(run.failures)} en échec")
        for failure in run.failures:
            print(f"  {failure}")
    return 1 if failed else 0


def diff(options: argparse.Namespace) -> int:
    """Tells what changes from one rulebook to another; 0 also when something does."""
    catalogue = Catalogue.load(*directories(options))
    (earlier, _), (later, _) = (document_of(name, catalogue) for name in (options.before, options.after))
    found = list(differences(earlier, later))
    if options.json:
        print(json.dumps([asdict(difference) for difference in found], ensure_ascii=False))
        return 0
    heading = ""
    for difference in found:
        if difference.heading[0] != heading:
            heading = difference.heading[0]
            print(heading)
        print(f"  {difference}")
    print(f"{len(found)} différence(s)." if found else "Aucune différence.")
    return 0


def render(options: argparse.Namespace) -> int:
    """Writes a rulebook as a page to read: HTML, or PDF where the output's name ends so."""
    document, content_hash = document_of(options.rulebook, Catalogue.load(*directories(options)))
    if options.output is None:
        sys.stdout.write(html_page(document, content_hash))
    elif options.output.suffix == ".pdf":
        options.output.write_bytes(pdf(document, content_hash))
    else:
        options.output.write_text(html_page(document, content_hash), encoding="utf-8")
    return 0


def _of(catalogue: Catalogue, authority_id: str) -> list[Rulebook]:
    return [rulebook for rulebook in catalogue.rulebooks() if rulebook.authority_id == authority_id]


def _root_of(rulebook: Rulebook, roots: tuple[Path, ...]) -> Path:
    """The directory that holds this rulebook's own file."""
    name = Path(rulebook.authority_id) / rulebook.scheme / f"{rulebook.edition}.yaml"
    return next(root for root in roots if (root / name).is_file())
