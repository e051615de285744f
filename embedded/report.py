"""`platform.json`: what runs, where, since how many starts. Written by the supervisor alone, read by all."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field

import psutil

from embedded.files import write_private
from embedded.rundir import RunDir


@dataclass(frozen=True)
class ProcessReport:
    """`created` (seconds since 1970) tells the process from a later one with the same number."""

    pid: int | None
    created: float | None
    state: str
    starts: int
    address: str | None = None
    ports: dict[str, int] = field(default_factory=dict)
    log: str = ""

    @property
    def is_alive(self) -> bool:
        return self.pid is not None and _created(self.pid) == self.created


@dataclass(frozen=True)
class Report:
    """`state`: starting, ready, failed (with a sentence in `failure`), stopping, stopped."""

    state: str
    platform: str
    supervisor: ProcessReport
    failure: str | None = None
    public_url: str | None = None
    processes: dict[str, ProcessReport] = field(default_factory=dict)


def alive(pid: int | None, state: str, starts: int, **details: object) -> ProcessReport:
    """The report of a process by its number."""
    created = _created(pid) if pid is not None else None
    return ProcessReport(pid, created, state, starts, **details)  # type: ignore[arg-type]


def write(run: RunDir, report: Report) -> None:
    write_private(run.report, json.dumps(asdict(report), indent=2) + "\n")


def read(run: RunDir) -> Report | None:
    """The last report, or None when nothing was ever started here."""
    try:
        facts = json.loads(run.report.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    supervisor = ProcessReport(**facts.pop("supervisor"))
    processes = {name: ProcessReport(**each) for name, each in facts.pop("processes").items()}
    return Report(**facts, supervisor=supervisor, processes=processes)


def end_leftovers(reports: Iterable[ProcessReport]) -> None:
    """Kill, with its group, each process that outlived a supervisor that was itself killed."""
    for each in reports:
        if each.is_alive and each.pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(each.pid, 9)


def _created(pid: int) -> float | None:
    """When the process began; None when it is gone, or dead and not yet buried by its parent."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    return None


def own(state: str) -> ProcessReport:
    """The report of the process that calls."""
    return alive(os.getpid(), state, 1)
