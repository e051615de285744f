"""The supervisor: order, restarts, early failure, drills, a clean end. Its processes are dummies, its servers
are those of the tests, which the environment names: none of its own is started."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from embedded import control, lifecycle, report, state
from embedded.child import Child, Launch
from embedded.environment import Environments
from embedded.platform import PLATFORM, SERVICES
from embedded.postgres import MORE_DATABASES
from embedded.rundir import RunDir

_PLATFORMS = "tests.integration.dummies.platforms"


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDir]:
    folder = RunDir(tmp_path / "a folder whose name is long enough to be refused by a Unix socket" / ("x" * 60))
    yield folder
    lifecycle.down(folder)


@pytest.fixture
def healthy(run: RunDir) -> RunDir:
    lifecycle.up(run, f"{_PLATFORMS}:HEALTHY")
    return run


def _wait_for(condition: Callable[[], bool], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def _reported(run: RunDir, name: str) -> report.ProcessReport:
    found = report.read(run)
    assert found is not None
    return found.processes[name]


def test_up_returns_when_all_is_ready_and_migrations_came_first(healthy: RunDir) -> None:
    """A process never meets tables of yesterday: the dummy ends if it starts before the migrations."""
    found = report.read(healthy)
    assert found is not None
    assert found.state == "ready"
    assert {name: each.state for name, each in found.processes.items()} == {
        "wallet.worker": "ready",
        "gateway": "ready",
    }
    assert all(each.starts == 1 for each in found.processes.values())


def test_servers_that_settings_name_are_not_started(healthy: RunDir) -> None:
    """A setting points at a server elsewhere: it is handed on, and none of ours runs."""
    settings = Environments(healthy, state.read(healthy)).of_service("wallet")
    assert settings["WALLET_DATABASE_URL"] == os.environ["WALLET_DATABASE_URL"]
    assert settings["BROKER_URL"] == os.environ["WALLET_BROKER_URL"]
    assert control.pids(healthy).keys() == {"wallet.worker", "gateway"}


def test_a_process_that_dies_is_started_again(healthy: RunDir) -> None:
    """SIGKILL costs a restart, counted, and another process number."""
    before = control.pids(healthy)["wallet.worker"]
    os.kill(before, signal.SIGKILL)
    _wait_for(lambda: _reported(healthy, "wallet.worker").starts == 2)
    control.wait_until_ready("wallet.worker", healthy)
    assert control.pids(healthy)["wallet.worker"] != before


def test_what_a_drill_stops_stays_stopped_until_it_is_started(healthy: RunDir) -> None:
    """A stop is not a death: the supervisor leaves the part alone."""
    control.stop("gateway", run=healthy)
    assert "gateway" not in control.pids(healthy)
    control.start("gateway", run=healthy)
    assert _reported(healthy, "gateway").state == "ready"


def test_a_paused_process_keeps_its_number_and_goes_on(healthy: RunDir) -> None:
    """A pause freezes a process without ending it."""
    number = control.pids(healthy)["gateway"]
    control.pause("gateway", healthy)
    assert psutil.Process(number).status() == psutil.STATUS_STOPPED
    control.resume("gateway", healthy)
    _wait_for(lambda: psutil.Process(number).status() != psutil.STATUS_STOPPED)
    assert control.pids(healthy)["gateway"] == number


def test_an_unknown_name_is_refused_with_the_known_ones(healthy: RunDir) -> None:
    """A drill that mistypes a name is told which there are."""
    with pytest.raises(control.RefusedError, match=r"nothing is called walet.*wallet\.worker"):
        control.stop("walet", run=healthy)


def test_a_second_up_joins_the_first(healthy: RunDir) -> None:
    """Starting what runs already changes nothing."""
    before = control.pids(healthy)
    lifecycle.up(healthy, f"{_PLATFORMS}:HEALTHY")
    assert control.pids(healthy) == before


def test_another_platform_in_the_same_folder_is_refused(healthy: RunDir) -> None:
    """A folder holds one platform at a time."""
    with pytest.raises(lifecycle.PlatformError, match=r"runs in .* already"):
        lifecycle.up(healthy, f"{_PLATFORMS}:BROKEN_PROCESS")


def test_a_migration_that_fails_stops_the_start_and_is_named(run: RunDir) -> None:
    """The sentence names the migration and holds its last words; nothing is left running."""
    with pytest.raises(lifecycle.PlatformError, match=r"(?s)wallet\.migrate ended.*cellar is under water"):
        lifecycle.up(run, f"{_PLATFORMS}:BROKEN_MIGRATION")
    assert control.pids(run) == {}


def test_a_process_that_cannot_live_stops_the_start_and_is_named(run: RunDir) -> None:
    """The start does not wait for its time-out when a process ends each time it starts."""
    with pytest.raises(lifecycle.PlatformError, match=r"(?s)payout\.relay ends as soon.*cellar is under water"):
        lifecycle.up(run, f"{_PLATFORMS}:BROKEN_PROCESS")
    assert control.pids(run) == {}


def test_down_ends_what_outlived_a_killed_supervisor(healthy: RunDir) -> None:
    """Processes whose supervisor was killed are found by their report and ended."""
    found = report.read(healthy)
    assert found is not None
    assert found.supervisor.pid is not None
    orphans = control.pids(healthy)
    os.kill(found.supervisor.pid, signal.SIGKILL)
    _wait_for(lambda: not lifecycle.is_running(healthy))
    assert control.pids(healthy) == orphans
    lifecycle.down(healthy)
    _wait_for(lambda: control.pids(healthy) == {})


def test_a_new_start_keeps_ports_and_passwords(healthy: RunDir) -> None:
    """Addresses stay the same from one start to the next."""
    before = state.read(healthy)
    lifecycle.down(healthy)
    lifecycle.up(healthy, f"{_PLATFORMS}:HEALTHY")
    assert state.read(healthy) == before


def test_secrets_are_readable_by_their_owner_only(healthy: RunDir) -> None:
    """Keys and the state file are 0600, and each named key is there."""
    files = [healthy.state, *(path for path in healthy.keys.rglob("*") if path.is_file())]
    names = {str(path.relative_to(healthy.keys)) for path in files[1:]}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {"services/gateway.pem", "services.jwks.json", "accounts.pem", "data/wallet.key", "card.key"} <= names


def test_a_process_that_ignores_its_signal_is_killed_after_its_time(tmp_path: Path) -> None:
    """A stop has an end, whatever the process does."""

    async def stop_a_stubborn_one() -> float:
        ignore = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
        code = f"{ignore}; print('deaf', flush=True); signal.pause()"
        log = tmp_path / "stubborn.log"
        launch = Launch("stubborn", [sys.executable, "-c", code], {}, log, log.exists, stop_timeout_s=0.3)
        child = Child(launch, on_change=lambda: None)
        child.start()
        while not child.log_tail():
            await asyncio.sleep(0.01)
        started = time.monotonic()
        await child.stop()
        assert child.state == "stopped"
        return time.monotonic() - started

    assert 0.3 <= asyncio.run(stop_a_stubborn_one()) < 5


def test_a_program_that_is_missing_is_told_in_the_log(tmp_path: Path) -> None:
    """A start that cannot happen counts as a quick death, with the program's name as last words."""

    async def start_nothing() -> Child:
        log = tmp_path / "absent.log"
        child = Child(Launch("absent", ["no-such-program"], {}, log, log.exists), on_change=lambda: None)
        child.start()
        while child.state != "waiting":
            await asyncio.sleep(0.01)
        await child.stop()
        return child

    child = asyncio.run(start_nothing())
    assert child.starts == 1
    assert "no-such-program" in child.log_tail()


def test_each_process_gets_only_its_own_database_and_user(run: RunDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process is not told how to reach the data of another service."""
    for name in state.GIVEN_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    run.path.mkdir(parents=True)
    environments = Environments(run, state.prepare(run, PLATFORM))
    for process in PLATFORM.processes:
        settings = environments.of_process(process)
        databases = {name for name in settings if name.endswith("_DATABASE_URL")}
        names = [process.service, *(name for name, owner in MORE_DATABASES.items() if owner == process.service)]
        own = {f"{name.upper()}_DATABASE_URL" for name in names} if process.service in SERVICES else set()
        assert databases == own
        assert settings.get("BROKER_URL", f"amqp://{process.service}:").startswith(f"amqp://{process.service}:")
