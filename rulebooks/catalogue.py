"""All authorities and rulebooks of some directories, loaded together or refused together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rulebooks import build
from rulebooks.authorities import Authority
from rulebooks.checks import authority_problems, rulebook_problems
from rulebooks.documents import Document, read_document
from rulebooks.errors import UnknownAuthority, UnknownRulebook
from rulebooks.problems import Problem, RulebookProblems
from rulebooks.rulebook import Rulebook
from rulebooks.structure import structural_problems
from rulebooks.versions import twin_problems, version_problems

PACKAGED = Path(__file__).parent
SETTING = "RULEBOOKS"
_CASES = ".cases.yaml"
_Season = tuple[str, str, str]


@dataclass(frozen=True)
class Catalogue:
    """What may be in force: `<authority>/authority.yaml` and `<authority>/<scheme>/<season>[@<day>].yaml`."""

    _authorities: Mapping[str, Authority]
    _versions: Mapping[_Season, tuple[Rulebook, ...]]
    _by_hash: Mapping[str, tuple[Rulebook, Document]]

    @classmethod
    def load(cls, *directories: Path) -> Catalogue:
        """Those of `directories` together; without any, those in place (`places`).

        Raises RulebookProblems with every mistake of every file.
        """
        reading = _Reading(directories or places())
        authorities = dict(reading.authorities())
        seasons = reading.seasons()
        if reading.problems:
            raise RulebookProblems(reading.problems)
        versions = {season: tuple(rulebook for rulebook, _ in found) for season, found in seasons.items()}
        by_hash = {rulebook.hash: (rulebook, document) for found in seasons.values() for rulebook, document in found}
        return cls(authorities, versions, by_hash)

    def authorities(self) -> tuple[Authority, ...]:
        return tuple(self._authorities.values())

    def authority(self, authority_id: str) -> Authority:
        """Raises UnknownAuthority."""
        if authority_id not in self._authorities:
            raise UnknownAuthority(authority_id)
        return self._authorities[authority_id]

    def rulebooks(self) -> tuple[Rulebook, ...]:
        """Every version of every season, in the order of their places."""
        return tuple(version for versions in self._versions.values() for version in versions)

    def get(self, authority_id: str, scheme: str, season: str) -> Rulebook:
        """The first version of a season. Raises UnknownRulebook."""
        return self.versions(authority_id, scheme, season)[0]

    def versions(self, authority_id: str, scheme: str, season: str) -> tuple[Rulebook, ...]:
        """All versions of a season, in the order in which they come to count. Raises UnknownRulebook."""
        try:
            return self._versions[authority_id, scheme, season]
        except KeyError:
            raise UnknownRulebook(f"{authority_id}/{scheme}/{season}") from None

    def in_force(self, authority_id: str, scheme: str, season: str, on: date) -> Rulebook:
        """The version that counts on a day; before the season, its first. Raises UnknownRulebook."""
        first, *later = self.versions(authority_id, scheme, season)
        counting = [version for version in later if version.counts_from and version.counts_from <= on]
        return counting[-1] if counting else first

    def by_hash(self, content_hash: str) -> Rulebook:
        """The rulebook with that content. Raises UnknownRulebook: wait for it, do not guess."""
        return self._found(content_hash)[0]

    def document(self, content_hash: str) -> Document:
        """The file that a rulebook was built from. Raises UnknownRulebook."""
        return self._found(content_hash)[1]

    def of_authority(self, authority_id: str, on: date | None = None) -> tuple[Rulebook, ...]:
        """Every scheme and season of an authority, in the order of their names, as they count on a day.

        Without a day, the first version of each.
        """
        keys = [key for key in self._versions if key[0] == authority_id]
        return tuple(self.in_force(*key, on) if on else self.get(*key) for key in keys)

    def _found(self, content_hash: str) -> tuple[Rulebook, Document]:
        try:
            return self._by_hash[content_hash]
        except KeyError:
            raise UnknownRulebook(content_hash) from None


def places() -> tuple[Path, ...]:
    """The package's own directory, then those that the setting RULEBOOKS names, separated as in PATH."""
    named = os.environ.get(SETTING, "").split(os.pathsep)
    return (PACKAGED, *(Path(name).absolute() for name in named if name))


class _Reading:
    """One pass over some directories, which gathers problems instead of stopping at the first."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self._directories = directories
        self.problems: list[Problem] = []

    def authorities(self) -> Iterable[tuple[str, Authority]]:
        found: set[str] = set()
        for directory, path in self._paths("*/authority.yaml"):
            document = self._checked(directory, path, "authority")
            if document is None:
                continue
            built = build.authority(document.content)
            if built.id in found:
                self.problems.append(_described_twice(document))
            found.add(built.id)
            yield built.id, built
        if not found and not self.problems:
            self.problems.append(_no_authority(self._directories[-1]))

    def seasons(self) -> dict[_Season, list[tuple[Rulebook, Document]]]:
        """The versions of each season, first to last; a season's name sorts before its later versions'."""
        found: dict[_Season, list[tuple[Rulebook, Document]]] = {}
        written: set[_Season] = set()
        for directory, path in self._paths("*/*/*.yaml"):
            if path.name.endswith(_CASES):
                continue
            scheme, authority_id = path.parent.name, path.parent.parent.name
            written.add((authority_id, scheme, path.stem))
            document = self._checked(directory, path, "rulebook")
            if document is not None:
                built = build.rulebook(document, authority_id, scheme)
                found.setdefault((authority_id, scheme, built.season), []).append((built, document))
        for season, versions in found.items():
            versions.sort(key=lambda version: version[0].edition)
            documents = [document for _, document in versions]
            self.problems += _twice(versions) or version_problems(documents, has_first=season in written)
        self.problems += _twins(found.values())
        return dict(sorted(found.items()))

    def _paths(self, pattern: str) -> Iterable[tuple[Path, Path]]:
        for directory in self._directories:
            yield from ((directory, path) for path in sorted(directory.glob(pattern)))

    def _checked(self, directory: Path, path: Path, schema: str) -> Document | None:
        name = path.relative_to(directory).as_posix()
        document, problems = read_document(path, name)
        if document is not None:
            problems += structural_problems(document, schema)
            check = rulebook_problems if schema == "rulebook" else authority_problems
            problems += check(document, path)
        self.problems += problems
        return None if problems else document


def _no_authority(directory: Path) -> Problem:
    remedy = "Placez-y « <collectivité>/authority.yaml »."
    return Problem(directory.name, 1, "Aucune collectivité dans ce dossier.", remedy)


def _twins(seasons: Iterable[Sequence[tuple[Rulebook, Document]]]) -> Iterable[Problem]:
    """One content in two places; a season that is written twice is told as such."""
    return twin_problems(document for versions in seasons if not _twice(versions) for _, document in versions)


def _twice(versions: Sequence[tuple[Rulebook, Document]]) -> list[Problem]:
    editions = [rulebook.edition for rulebook, _ in versions]
    return [_described_twice(document) for built, document in versions if editions.count(built.edition) > 1]


def _described_twice(document: Document) -> Problem:
    return document.problem((), "Deux dossiers de règlements ont ce fichier.", "Gardez-le dans un seul des deux.")
