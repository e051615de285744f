"""The domain decides with pure functions and the rulebooks alone: every rule runs without a server."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.platform import SERVICES
from embedded.rundir import ROOT
from tests.architecture.sources import python_files

# Pure functions on text, which nobody should write again: they compare the names of a card and of a form.
_PURE = {"anyascii", "rapidfuzz"}

# Of the standard library, but they reach the world outside.
_WORLDLY = {"socket", "subprocess", "urllib", "http", "smtplib", "sqlite3", "asyncio", "threading", "os"}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def _is_allowed(name: str, service: str) -> bool:
    top = name.partition(".")[0]
    own = name == f"services.{service}.domain" or name.startswith(f"services.{service}.domain.")
    return own or top == "rulebooks" or top in _PURE or (top in sys.stdlib_module_names and top not in _WORLDLY)


@pytest.mark.parametrize("service", SERVICES)
def test_the_domain_reaches_nothing_outside(service: str) -> None:
    """No database, no transport, no clock of the machine: nothing that a rule could wait for."""
    files = python_files(f"services/{service}/domain")
    strangers = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in _imports(path)
        if not _is_allowed(name, service)
    ]
    assert files
    assert strangers == []
