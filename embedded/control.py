"""Speaks to a running supervisor: what runs, and, for drills, stopping and starting its parts.

Every function takes the run folder last; without it, that of the environment.
"""

import json
import os
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from embedded import report
from embedded.rundir import RunDir

_ANSWER_WITHIN_S = 120.0


class NotRunningError(RuntimeError):
    """No supervisor runs in this folder."""


class RefusedError(RuntimeError):
    """The supervisor did not do what was asked; the message says why."""


def pids(run: RunDir | None = None) -> dict[str, int]:
    """Name → process number of everything that lives: servers and processes."""
    found = report.read(run or RunDir.from_environment())
    if found is None:
        return {}
    return {name: each.pid for name, each in found.processes.items() if each.pid and each.is_alive}


def stop(name: str, with_signal: signal.Signals | None = None, run: RunDir | None = None) -> None:
    """Stop a process or server and keep it stopped until `start`; returns when it is gone.

    `with_signal` replaces its clean stop: SIGQUIT is PostgreSQL's "immediate", SIGKILL is a crash.
    """
    _ask(run, {"do": "stop", "name": name, "signal": with_signal.name if with_signal else None})


def start(name: str, run: RunDir | None = None) -> None:
    """Start what was stopped; returns when it is ready."""
    _ask(run, {"do": "start", "name": name})


def restart(name: str, with_signal: signal.Signals | None = None, run: RunDir | None = None) -> None:
    """Stop, then start; returns when it is ready."""
    stop(name, with_signal, run)
    start(name, run)


def pause(name: str, run: RunDir | None = None) -> None:
    """Freeze a process: its connections stay open and it answers nothing."""
    _ask(run, {"do": "pause", "name": name})


def resume(name: str, run: RunDir | None = None) -> None:
    """Let a frozen process go on."""
    _ask(run, {"do": "resume", "name": name})


def wait_until_ready(name: str, run: RunDir | None = None) -> None:
    """Return once the process is ready, for instance after a drill killed it. Refused after a minute."""
    _ask(run, {"do": "wait", "name": name})


def shut_down(run: RunDir) -> None:
    """Ask the supervisor to stop everything and end; returns before it has."""
    _ask(run, {"do": "shut down"})


@contextmanager
def in_folder_of(run: RunDir) -> Iterator[str]:
    """A short path to the control socket: Unix sockets refuse paths over 107 bytes, checkouts lie anywhere."""
    descriptor = os.open(run.path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{run.control.name}"
    finally:
        os.close(descriptor)


def _ask(run: RunDir | None, request: Mapping[str, object]) -> None:
    run = run or RunDir.from_environment()
    try:
        answer = _exchange(run, request)
    except (FileNotFoundError, ConnectionError):
        raise NotRunningError(f"no platform runs in {run.path}: start one with bin/up") from None
    if answer["refused"]:
        raise RefusedError(str(answer["refused"]))


def _exchange(run: RunDir, request: Mapping[str, object]) -> dict[str, object]:
    with socket.socket(socket.AF_UNIX) as connection, in_folder_of(run) as path:
        connection.settimeout(_ANSWER_WITHIN_S)
        connection.connect(path)
        connection.sendall(json.dumps(request).encode() + b"\n")
        line = connection.makefile("rb").readline()
    if not line:
        raise ConnectionResetError("the supervisor ended before it answered")
    answer: dict[str, object] = json.loads(line)
    return answer
