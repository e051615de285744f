"""Tests side by side: what shares a platform or a database stays with one process, and the longest begin.

Only `bin/test` without arguments runs several processes (pytest-xdist); each starts servers of its own. In one process
the order is that of `testpaths`, cheapest first.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

_TESTS = Path(__file__).parent
# Longest first: whoever ends early takes the many short ones.
_LONGEST_FIRST = ("journeys", "browser", "deploy", "integration", "unit")
# Each file of these brings its own platform.
_BY_FILE = "journeys"


class ByFolder(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """A folder's tests share servers' databases or a platform: they go to one process, in their order."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        return str(file if file.parts[1] == _BY_FILE else file.parent)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    return ByFolder(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _turn(item.path))


def _turn(path: Path) -> int:
    kind = path.relative_to(_TESTS).parts[0]
    return _LONGEST_FIRST.index(kind) if kind in _LONGEST_FIRST else len(_LONGEST_FIRST)
