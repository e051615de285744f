"""All authorities and rulebooks of a directory, loaded together or refused together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rulebooks import build
from rulebooks.checks import authority_problems, rulebook_problems
from rulebooks.documents import Document, read_document
from rulebooks.errors import UnknownAuthority, UnknownRulebook
from rulebooks.model import Authority
from rulebooks.problems import Problem, RulebookProblems
from rulebooks.rulebook import Rulebook
from rulebooks.structure import structural_problems

PACKAGED = Path(__file__).parent
_CASES = ".cases.yaml"


@dataclass(frozen=True)
class Catalogue:
    """What is in force: `<authority>/authority.yaml` and `<authority>/<scheme>/<season>.yaml`."""

    _authorities: dict[str, Authority]
    _rulebooks: dict[tuple[str, str, str], Rulebook]

    @classmethod
    def load(cls, directory: Path = PACKAGED) -> Catalogue:
        """Raises RulebookProblems with every mistake of every file."""
        reading = _Reading(directory)
        authorities = dict(reading.authorities())
        rulebooks = dict(reading.rulebooks())
        if reading.problems:
            raise RulebookProblems(reading.problems)
        return cls(authorities, rulebooks)

    def authorities(self) -> tuple[Authority, ...]:
        return tuple(self._authorities.values())

    def authority(self, authority_id: str) -> Authority:
        """Raises UnknownAuthority."""
        if authority_id not in self._authorities:
            raise UnknownAuthority(authority_id)
        return self._authorities[authority_id]

    def get(self, authority_id: str, scheme: str, season: str) -> Rulebook:
        """Raises UnknownRulebook."""
        try:
            return self._rulebooks[authority_id, scheme, season]
        except KeyError:
            raise UnknownRulebook(f"{authority_id}/{scheme}/{season}") from None

    def by_hash(self, content_hash: str) -> Rulebook:
        """The rulebook with that content. Raises UnknownRulebook: wait for it, do not guess."""
        for rulebook in self._rulebooks.values():
            if rulebook.hash == content_hash:
                return rulebook
        raise UnknownRulebook(content_hash)

    def of_authority(self, authority_id: str) -> tuple[Rulebook, ...]:
        """Every scheme and season of an authority, in the order of their names."""
        return tuple(rulebook for key, rulebook in self._rulebooks.items() if key[0] == authority_id)


class _Reading:
    """One pass over a directory, which gathers problems instead of stopping at the first."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.problems: list[Problem] = []

    def authorities(self) -> Iterable[tuple[str, Authority]]:
        paths = sorted(self._directory.glob("*/authority.yaml"))
        if not paths:
            self.problems.append(_no_authority(self._directory))
        for path in paths:
            document = self._checked(path, "authority")
            if document is not None:
                built = build.authority(document.content)
                yield built.id, built

    def rulebooks(self) -> Iterable[tuple[tuple[str, str, str], Rulebook]]:
        for path in sorted(self._directory.glob("*/*/*.yaml")):
            if path.name.endswith(_CASES):
                continue
            document = self._checked(path, "rulebook")
            if document is not None:
                scheme, authority_id = path.parent.name, path.parent.parent.name
                yield (authority_id, scheme, path.stem), build.rulebook(document, authority_id, scheme)

    def _checked(self, path: Path, schema: str) -> Document | None:
        name = path.relative_to(self._directory).as_posix()
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
