"""Small functions, small files, names that say something."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.rundir import ROOT
from tests.architecture.sources import python_files

_LONGEST_FUNCTION = 60
_LONGEST_FILE = 500
_REFUSED_NAMES = {"utils", "common", "helpers", "base", "core", "misc", "manager"}


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_longer_than_a_screen() -> None:
    """A function over 60 lines does two things: split it where its name would say "and"."""
    found = {
        f"{path.relative_to(ROOT)} {name}": length
        for path in python_files()
        for name, length in _functions(path)
        if length > _LONGEST_FUNCTION
    }
    assert found == {}


def test_no_file_holds_several_subjects() -> None:
    """A file over 500 lines holds more than one subject: split it by subject."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > _LONGEST_FILE} == {}


@pytest.mark.parametrize("refused", sorted(_REFUSED_NAMES))
def test_no_module_bears_a_name_that_says_nothing(refused: str) -> None:
    """Such a module takes whatever has no place: give that a place."""
    named = [path for path in python_files() if refused in (path.stem, *path.relative_to(ROOT).parts[:-1])]
    assert named == []
