"""CPU time by part: who spends the microseconds of a debit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import psutil

CORES = sorted(os.sched_getaffinity(0))


def seconds_of(pid: int) -> float:
    """CPU seconds of a process since its start, user and system."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def seconds_of_tree(pid: int) -> float:
    """CPU seconds of a server and its children, living and reaped."""
    server = psutil.Process(pid)
    times = server.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in server.children():
        with suppress(psutil.NoSuchProcess):
            total += seconds_of(child.pid)
    return total


def memory_mb(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 1e6


def keep_off_first_core(pids: Iterable[int]) -> None:
    """Leave the first core to the client: these processes, their threads and children run on the others.

    On a machine of one core, nothing.
    """
    for pid in pids:
        server = psutil.Process(pid)
        for process in (server, *server.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, ProcessLookupError):
                for thread in process.threads():
                    os.sched_setaffinity(thread.id, CORES[1:] or CORES)


class Meter:
    """CPU seconds of several parts between `start` and `read`."""

    def __init__(self, parts: Mapping[str, Callable[[], float]]) -> None:
        self._parts = parts
        self._begun: dict[str, float] = {}

    def start(self) -> None:
        self._begun = {name: read() for name, read in self._parts.items()}

    def read(self) -> dict[str, float]:
        return {name: read() - self._begun[name] for name, read in self._parts.items()}
