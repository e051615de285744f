"""A wallet replica as a process of its own, on the tests' database and keys."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from chassis.clock import MovableClock
from embedded import ports
from embedded.rundir import ROOT
from tests.integration.wallet.stage import OCTOBER

_CHANGES_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Replica:
    """`log` holds what it says."""

    process: subprocess.Popen[bytes]
    rpc_port: int
    ops_port: int
    log: Path

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.rpc_port}"

    def is_ready(self) -> bool:
        """What its readiness probe sees."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ops_port}/health/ready", timeout=5) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except urllib.error.HTTPError:
            return False

    def wait_until(self, ready: bool) -> None:
        """Raises AssertionError with the replica's last words when it ends before, or takes too long."""
        deadline = time.monotonic() + _CHANGES_WITHIN_S
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                if self.is_ready() == ready:
                    return
            except OSError:  # its door is not open yet
                continue
        raise AssertionError(f"not {ready=}, ended with {self.process.returncode}: {self.log.read_text()[-2000:]}")


@contextmanager
def replica(folder: Path) -> Iterator[Replica]:
    """Started and ready; killed at the end unless it has stopped by itself."""
    chosen = ports.choose(("RPC_PORT", "OPS_PORT"), {})
    clock = folder / "clock.json"
    MovableClock(clock).place_at(OCTOBER)
    environment = {**os.environ, **{name: str(port) for name, port in chosen.items()}, "CLOCK_FILE": str(clock)}
    log = folder / "replica.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.wallet", "rpc"], env=environment, cwd=ROOT, stdout=said, stderr=said
        )
    made = Replica(process, chosen["RPC_PORT"], chosen["OPS_PORT"], log)
    try:
        made.wait_until(ready=True)
        yield made
    finally:
        process.kill()
        process.wait()
