"""From outside the supervisor: start it, wait for it, stop it, remove what it made."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from embedded import control, report
from embedded.rundir import ROOT, RunDir

FULL_PLATFORM = "embedded.platform:PLATFORM"
SERVERS_ONLY = "embedded.platform:SERVERS_ONLY"

_LOOK_EVERY_S = 0.05
_START_WITHIN_S = 300.0
_STOP_WITHIN_S = 90.0


class PlatformError(RuntimeError):
    """The platform did not start or stop; the message is for people."""


@contextmanager
def held(run: RunDir) -> Iterator[bool]:
    """Hold the folder's lock, which says that a supervisor runs; False when another holds it."""
    run.path.mkdir(parents=True, exist_ok=True)
    with run.lock.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def is_running(run: RunDir) -> bool:
    with held(run) as free:
        return not free


def up(run: RunDir, platform: str = FULL_PLATFORM, environment: Mapping[str, str] | None = None) -> report.Report:
    """Start a platform and wait until all of it is ready; at once when it runs already.

    `environment` replaces the caller's; settings in it win over ours. Raises `PlatformError` with a sentence
    that names what failed.
    """
    if is_running(run):
        return _joined(run, platform)
    _forget_last_run(run)
    supervisor = _spawn(run, platform, os.environ if environment is None else environment)
    return _until_ready(run, supervisor)


def down(run: RunDir) -> bool:
    """Stop the platform, and whatever outlived a supervisor that was killed. False when nothing ran."""
    ran = is_running(run)
    if ran:
        _end_supervisor(run)
    _forget_last_run(run, keep_report=True)
    return ran


def reset(run: RunDir) -> None:
    """Stop the platform and remove all that it made, so that the next start is a first one."""
    down(run)
    for path in run.belongings():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _joined(run: RunDir, platform: str) -> report.Report:
    found = _until_ready(run, None)
    if found.platform != platform:
        raise PlatformError(f"{found.platform} runs in {run.path} already: bin/down stops it")
    return found


def _spawn(run: RunDir, platform: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    run.logs.mkdir(parents=True, exist_ok=True)
    with run.log_of("supervisor").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "embedded", "supervise", platform],
            env={**environment, "ATOUTS_RUN_DIR": str(run.path)}, cwd=ROOT,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


def _until_ready(run: RunDir, supervisor: subprocess.Popen[bytes] | None) -> report.Report:
    deadline = time.monotonic() + _START_WITHIN_S
    while time.monotonic() < deadline:
        ended = supervisor.poll() is not None if supervisor else not is_running(run)
        found = report.read(run)
        if found and found.state == "ready":
            return found
        if ended:
            raise PlatformError(_why_it_ended(run, found))
        time.sleep(_LOOK_EVERY_S)
    raise PlatformError(f"the platform is not ready after {_START_WITHIN_S:.0f} seconds: see {run.logs}")


def _why_it_ended(run: RunDir, found: report.Report | None) -> str:
    if found and found.failure:
        return found.failure
    log = run.log_of("supervisor")
    return f"the supervisor ended:\n{log.read_text(encoding='utf-8')[-2000:]}"


def _end_supervisor(run: RunDir) -> None:
    try:
        control.shut_down(run)
    except control.NotRunningError:
        _terminate(run)  # it has not opened its door yet, or is closing
    deadline = time.monotonic() + _STOP_WITHIN_S
    while is_running(run) or _supervisor_lives(run):
        if time.monotonic() > deadline:
            raise PlatformError(f"the platform does not stop: see {run.log_of('supervisor')}")
        time.sleep(_LOOK_EVERY_S)


def _supervisor_lives(run: RunDir) -> bool:
    """It gives the lock back a moment before it is gone."""
    found = report.read(run)
    return found is not None and found.supervisor.is_alive


def _terminate(run: RunDir) -> None:
    found = report.read(run)
    if found and found.supervisor.is_alive and found.supervisor.pid:
        os.kill(found.supervisor.pid, 15)


def _forget_last_run(run: RunDir, *, keep_report: bool = False) -> None:
    found = report.read(run)
    if found:
        report.end_leftovers(found.processes.values())
    if not keep_report:
        run.report.unlink(missing_ok=True)
