"""CPU time by part: who spends the microseconds of a debit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

import psutil


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


class Meter:
    """CPU seconds of several parts between `start` and `read`."""

    def __init__(self, parts: Mapping[str, Callable[[], float]]) -> None:
        self._parts = parts
        self._begun: dict[str, float] = {}

    def start(self) -> None:
        self._begun = {name: read() for name, read in self._parts.items()}

    def read(self) -> dict[str, float]:
        return {name: read() - self._begun[name] for name, read in self._parts.items()}
