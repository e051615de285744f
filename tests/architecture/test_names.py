"""A scheme is a file: what an authority, a scheme, a benefit or a category is called stands in no program.

Programs read ids from rulebooks, and the demo's story, the bench's fixture and tests from files of their own.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from embedded.rundir import ROOT
from rulebooks import Catalogue, Rulebook
from rulebooks.authorities import Authority
from tests.architecture.sources import python_files

_PROJECT = "Atouts"
# Every rulebook has a section of bons plans, every pupil's page a school: one authority's benefit or category bears
# such a word too.
_OF_ALL_AUTHORITIES = {"bons-plans", "etablissement"}
# They say codes of the vocabulary in French, one word a label: a bookshop is a « librairie » before it is a category.
_DICTIONARIES = {ROOT / "rulebooks" / "vocabulary.py", ROOT / "rulebooks" / "authoring" / "words.py"}
_KIND_OF_AUTHORITY = re.compile(r"^(Région|Département|Métropole|Collectivité)\s+((de la|de|du|des)\s+|(de l|d)['’])?")
_WORDS_OF_A_NAME = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_PARTS_OF_A_PATH = re.compile(r"[/.:]")


def _rulebooks() -> Iterator[Rulebook]:
    catalogue = Catalogue.load()
    for authority in catalogue.authorities():
        for first in catalogue.of_authority(authority.id):
            yield from catalogue.versions(authority.id, first.scheme, first.season)


@cache
def _ids() -> frozenset[str]:
    """Of authorities, their subscribers, schemes, benefits and categories, in every season and version."""
    found: set[str] = set()
    for authority in Catalogue.load().authorities():
        found |= {authority.id, *(subscriber.id for subscriber in authority.subscribers)}
    found |= {rulebook.scheme for rulebook in _rulebooks()}
    return frozenset((found | _common_nouns()) - {_PROJECT.casefold()} - _OF_ALL_AUTHORITIES)


@cache
def _common_nouns() -> frozenset[str]:
    """What benefits and categories are called."""
    benefits = {benefit.id for rulebook in _rulebooks() for benefit in rulebook.benefits}
    return frozenset(benefits | {category.id for rulebook in _rulebooks() for category in rulebook.categories})


@cache
def _proper_names() -> frozenset[str]:
    """« Normandie » of « Région Normandie », « Culture & Sport » of « Atouts Culture & Sport 2025-2026 »."""
    found: set[str] = set()
    for authority in Catalogue.load().authorities():
        found |= _names_of(authority)
    for rulebook in _rulebooks():
        title = rulebook.title.replace(rulebook.season, "").partition(",")[0].strip()
        found |= {title, title.removeprefix(f"{_PROJECT} ")}
    return frozenset(_plain(name) for name in found - {_PROJECT})


def _names_of(authority: Authority) -> set[str]:
    return {_KIND_OF_AUTHORITY.sub("", authority.name), *(subscriber.name for subscriber in authority.subscribers)}


def _plain(text: str) -> str:
    """Without what is written in two ways: capitals, and the apostrophe."""
    return text.casefold().replace("’", "'")


def _named_in(path: Path) -> Iterator[str]:
    """Each place of a file that names one, as `file:line: name`."""
    ids = _ids() - _common_nouns() if path in _DICTIONARIES else _ids()
    for number, name in _named_by(path.read_text(encoding="utf-8"), ids):
        yield f"{path.relative_to(ROOT)}:{number}: {name}"


def _named_by(source: str, ids: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The lines (from 1) of a program that bear a proper name anywhere, or one of the ids as a word of the program."""
    for number, line in enumerate(_plain(source).splitlines(), 1):
        yield from ((number, name) for name in _proper_names() if _holds(line, name))
    yield from ((number, word) for number, word in _words(ast.parse(source)) if word in ids)


def _holds(line: str, name: str) -> bool:
    return name in line and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line) is not None


def _words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """String literals, whole and by the parts of a path, and identifiers as an id is written, with their lines."""
    for node in ast.walk(tree):
        number = getattr(node, "lineno", 1)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((number, part) for part in {node.value, *_parts(node.value)})
        else:
            yield from ((number, _as_id(name)) for name in _identifiers(node))


def _parts(text: str) -> list[str]:
    return [] if " " in text else _PARTS_OF_A_PATH.split(text)


def _identifiers(node: ast.AST) -> Iterator[str]:
    for field in ("id", "attr", "name", "arg", "asname"):
        name = getattr(node, field, None)
        if isinstance(name, str):
            yield name


def _as_id(identifier: str) -> str:
    """`CULTURE_SPORT` and `CultureSport` as `culture-sport`."""
    return "-".join(_WORDS_OF_A_NAME.findall(identifier)).casefold()


def _programs() -> list[Path]:
    return [path for path in python_files() if not path.is_relative_to(ROOT / "tests")]


def test_no_program_names_an_authority_a_scheme_a_benefit_or_a_category() -> None:
    """What rulebooks name, programs read from them: a sixth scheme is a file, not a change of Python."""
    named = [place for path in _programs() for place in _named_in(path)]
    assert named == [], "read these from a rulebook, or from a fixture's own data file"


@pytest.mark.parametrize(
    "source",
    [
        'AUTHORITY = "normandie"',
        'HOST = "normandie.localhost"',
        'KEY = f"subscribers/normandie.{name}.key"',
        'if scheme == "culture-sport": pass',
        'BUDGET = {"cinema": 2000}',
        "CINEMA = 2000",
        "def of_the(culture_sport): pass",
        "class CultureSport: pass",
        "import licence_sportive",
        "pays(cjeune=True)",
        "# Pass’Région pays twice",
        '"""The Région Normandie pays."""',
    ],
)
def test_a_name_is_found_however_it_is_written(source: str) -> None:
    """In text, in a path, as a variable, a parameter, a class, a module, in a comment."""
    assert list(_named_by(source, _ids()))


@pytest.mark.parametrize(
    "source",
    [
        'SENTENCE = "Votre place de cinéma, de spectacle ou de sport"',
        'METRIC = "atouts_debits_total"',
        "import atouts.wallet.v1",
        "transport = grpc_transport",
    ],
)
def test_the_words_of_french_and_the_project_s_own_name_are_free(source: str) -> None:
    """A common noun within a sentence names no benefit, and the project is called as some schemes are."""
    assert list(_named_by(source, _ids())) == []
