"""A gRPC server in a process patched by eventlet never answers: `rpc` must not even import it."""

import json
import subprocess
import sys

import pytest

from embedded.platform import PLATFORM, SERVICES
from embedded.rundir import ROOT

_LOADED = "import sys, json, {module}; print(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"


def _loaded_by(module: str) -> set[str]:
    """The top-level packages in a fresh interpreter that imported `module`."""
    command = [sys.executable, "-c", _LOADED.format(module=module)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


_DOORS = sorted(
    process.command for process in PLATFORM.processes if process.service in SERVICES and process.command[-1] != "worker"
)


@pytest.mark.parametrize("command", list(dict.fromkeys(_DOORS)), ids="-".join)
def test_nothing_reachable_from_it_imports_eventlet_or_nameko(command: tuple[str, str]) -> None:
    """The green threads stay in `worker`."""
    module, door = command
    loaded = _loaded_by(f"{module}.entrypoints.{door}")
    assert "sqlalchemy" in loaded
    assert loaded.isdisjoint({"eventlet", "nameko"})


def test_the_gateway_loads_no_database_and_no_worker() -> None:
    """It composes and translates: no table, no queue, no green thread."""
    loaded = _loaded_by("gateway.__main__")
    assert "starlette" in loaded
    assert loaded.isdisjoint({"eventlet", "nameko", "sqlalchemy", "psycopg", "services"})
