"""The demo is a client: it reaches no database and no internal module of the platform."""

import ast
from pathlib import Path

import demo

_OURS = {"atouts", "chassis", "services", "gateway", "sandbox", "embedded", "operations", "rulebooks"}
_DATABASES = {"psycopg", "sqlalchemy", "redis", "grpc"}
_BROKER = {"kombu", "amqp", "nameko"}
_ANOTHER_AUTHORITY = "neighbour.py"


def _imported(source: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(source)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in names}


def test_the_demo_imports_nothing_of_the_platform_but_the_specimens() -> None:
    imported = set().union(*_imports().values())
    assert "httpx" in imported
    assert imported.isdisjoint(_OURS | _DATABASES)


def test_only_the_other_authoritys_system_speaks_to_a_broker() -> None:
    imports = _imports()
    assert [path.name for path, names in imports.items() if names & _BROKER] == [_ANOTHER_AUTHORITY]


def _imports() -> dict[Path, set[str]]:
    files = sorted(Path(demo.__file__).parent.rglob("*.py"))
    return {path: _imported(path.read_text(encoding="utf-8")) for path in files}
