"""pytest plugin: real servers for the tests that need them, started once, only when one of those was collected.

A test's folder names its cost: those of `FOLDERS_WITH_SERVERS` find PostgreSQL, RabbitMQ and Valkey running and
every setting in the environment before they start (see `Environments.of_tests`). The others start nothing.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from embedded import lifecycle, ports, report, state
from embedded.environment import Environments, machine_environment
from embedded.rundir import ROOT, RunDir

FOLDERS_WITH_SERVERS = ("integration", "journeys", "drills")

_started = pytest.StashKey[RunDir]()


def pytest_configure(config: pytest.Config) -> None:
    """Of several processes that start platforms at the same moment, each has ports of its own."""
    shared: dict[str, Any] | None = getattr(config, "workerinput", None)
    if shared:
        os.environ[ports.SHARE] = ports.share(int(shared["workerid"].removeprefix("gw")), shared["workercount"])


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the servers once it is known which tests run."""
    if session.config.option.collectonly or not any(needs_servers(item.path) for item in session.items):
        return
    run = _run_dir()
    if not lifecycle.is_running(run):
        session.config.stash[_started] = run
    os.environ["ATOUTS_MODE"] = "test"
    try:
        lifecycle.up(run, lifecycle.SERVERS_ONLY)
    except lifecycle.PlatformError as refusal:
        pytest.exit(f"the servers for the tests do not start: {refusal}", returncode=1)
    os.environ.update(Environments(run, state.read(run)).of_tests())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started here; servers that ran before stay."""
    run = config.stash.get(_started, None)
    if run is not None:
        lifecycle.reset(run)
        with suppress(OSError):  # a folder that was asked for may hold more
            run.path.rmdir()


def needs_servers(path: Path) -> bool:
    """Whether tests of this file find servers running."""
    return any(path.is_relative_to(ROOT / "tests" / folder) for folder in FOLDERS_WITH_SERVERS)


@pytest.fixture(scope="session")
def full_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[report.Report]:
    """The whole platform, apart from the tests' servers, with servers, data and clock of its own."""
    run = RunDir(tmp_path_factory.mktemp("platform"))
    # Not those of the tests' servers, which the environment names by now.
    yield lifecycle.up(run, environment={**machine_environment(), "ATOUTS_MODE": "test"})
    lifecycle.reset(run)


def _run_dir() -> RunDir:
    """The folder that was asked for, else one for this process: two runs side by side share nothing.

    Of several processes of one run, each has a folder in that which was asked for.
    """
    asked = RunDir.from_environment() if os.environ.get("ATOUTS_RUN_DIR") else None
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if asked is None:
        return RunDir(ROOT / ".run" / "test" / str(os.getpid()))
    return RunDir(asked.path / worker) if worker else asked
