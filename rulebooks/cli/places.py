"""Which rulebooks a command speaks of: a directory, a file, or `authority/scheme/season` of those in place."""

from __future__ import annotations

import argparse
from pathlib import Path

from rulebooks.catalogue import Catalogue, places
from rulebooks.checks import rulebook_problems
from rulebooks.documents import Document, read_document
from rulebooks.errors import RulebookError, UnknownRulebook
from rulebooks.problems import RulebookProblems
from rulebooks.structure import structural_problems


class NothingThere(RulebookError):
    """The path or the name leads to no rulebook."""


def directories(options: argparse.Namespace) -> tuple[Path, ...]:
    """The catalogue's: `--directory`, or where the PATH given lies, or those in place."""
    given = options.directory or getattr(options, "path", None)
    return (_catalogue_of(given),) if given else places()


def _catalogue_of(path: Path) -> Path:
    """The catalogue that holds a file, a scheme's folder or an authority's; else the path itself."""
    if not path.exists():
        raise NothingThere(f"{path} n'existe pas.")
    for above in (path, *path.absolute().parents):
        if (above / "authority.yaml").is_file():
            return above.parent
    return path


def document_of(name: str, catalogue: Catalogue) -> tuple[Document, str]:
    """A file's path, or `authority/scheme/season[@day]` of the catalogue: the document and its hash.

    Raises NothingThere, RulebookProblems.
    """
    path = Path(name)
    if path.is_file():
        document = _checked(path)
        return document, document.content_hash()
    try:
        authority_id, scheme, edition = name.split("/")
        season = edition.partition("@")[0]
        versions = catalogue.versions(authority_id, scheme, season)
        (found,) = (version for version in versions if version.edition == edition)
    except (ValueError, UnknownRulebook):
        raise NothingThere(
            f"« {name} » n'est ni un fichier, ni un règlement connu (collectivité/dispositif/saison)."
        ) from None
    return catalogue.document(found.hash), found.hash


def _checked(path: Path) -> Document:
    document, problems = read_document(path, path.name)
    if document is not None:
        problems += [*structural_problems(document, "rulebook"), *rulebook_problems(document, path)]
    if document is None or problems:
        raise RulebookProblems(problems)
    return document
