"""The lines of requirements.lock that an image needs, with their hashes: `python requirements/of_image.py wallet`.

A name is an extra of pyproject.toml (the project's own dependencies then come with it) or a package of the lock.
What a package needs is read from the lock's own remarks ("# via ..."), so that neither an index nor an installed
package is asked: the standard library is enough. A package that one image's extras pull in comes with every image
that holds its parent; too much by a few packages, never too little.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"

_START = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==")
_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*")
_VIA = re.compile(r"^    #(?: via)?\s+(\S+)$")
_OWN = re.compile(r"^atouts\[([^\]]*)\]$")


# Parts that have no extra of their own, and the one that they need.
_EXTRA_OF = {"provision": "rulebooks"}


class NotInLock(Exception):
    """The lock holds no such package: lock again."""


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def entries(lock: str) -> dict[str, str]:
    """Name → its lines in the lock, without remarks."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in lock.splitlines():
        if start := _START.match(line):
            current = normal(start[1])
            found[current] = []
        if current and not line.lstrip().startswith("#"):
            found[current].append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}


def needs(lock: str) -> dict[str, set[str]]:
    """Name → what it needs itself."""
    found: dict[str, set[str]] = {}
    current = ""
    for line in lock.splitlines():
        if start := _START.match(line):
            current = normal(start[1])
        elif (via := _VIA.match(line)) and current:
            found.setdefault(normal(via[1]), set()).add(current)
    return found


def roots(project: Mapping[str, object], names: Iterable[str]) -> set[str]:
    """The packages that extras name, the project's own dependencies included, and those named themselves."""
    table = project["project"]
    assert isinstance(table, dict)
    extras: Mapping[str, list[str]] = table["optional-dependencies"]
    found: set[str] = set()
    for name in names:
        extra = _EXTRA_OF.get(name, name)
        if extra in extras:
            found |= _of_requirements(extras, [*table["dependencies"], *extras[extra]])
        else:
            found.add(normal(name))
    return found


def _of_requirements(extras: Mapping[str, list[str]], requirements: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for requirement in requirements:
        if own := _OWN.match(requirement):
            for extra in own[1].split(","):
                found |= _of_requirements(extras, extras[extra.strip()])
        elif name := _NAME.match(requirement):
            found.add(normal(name[0]))
    return found


def selection(names: Iterable[str], lock: str, project: Mapping[str, object]) -> dict[str, str]:
    """Name → lock lines of all that `names` need. Raises NotInLock."""
    known, tree = entries(lock), needs(lock)
    waiting, found = sorted(roots(project, names)), dict[str, str]()
    while waiting:
        name = waiting.pop()
        if name not in known:
            raise NotInLock(f"{name} is not in requirements.lock: lock again")
        if name not in found:
            found[name] = known[name]
            waiting += tree.get(name, ())
    return dict(sorted(found.items()))


def main(names: list[str]) -> int:
    if not names:
        sys.stderr.write("usage: python requirements/of_image.py EXTRA|PACKAGE …\n")
        return 2
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    try:
        chosen = selection(names, LOCK.read_text(encoding="utf-8"), project)
    except NotInLock as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("\n".join(chosen.values()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
