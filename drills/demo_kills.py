"""`demo-kills`: the demo's season with each process killed once. Its totals equal the undisturbed run's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from drills.kills import once_each, strikes
from drills.market import platform
from drills.outcome import Outcome
from drills.strikes import Striker
from embedded.platform import PLATFORM
from embedded.rundir import ROOT, RunDir

NAME = "demo-kills"
PUPILS = 12
# What differs between two runs of one seed by nature: how long things took, the names of files, and the one repeat
# of a mail that a sender killed while sending may cause.
_NOT_TOTALS = frozenset({"seconds", "live_notice_ms", "sepa_files", "verify", "mails_duplicated"})


def run(seed: int, long: bool) -> Outcome:
    """Play undisturbed, then again with the kills drawn over as long; `long` plays 40 pupils."""
    pupils = 40 if long else PUPILS
    with platform("drill") as folder:
        calm, seconds = _play(folder, seed, pupils)
    kills = once_each([process.name for process in PLATFORM.processes], seconds, seed)
    with platform("drill") as folder, Striker(strikes(folder, kills)) as killer:
        struck, _ = _play(folder, seed, pupils)
    differences = _differences(calm, struck)
    for name, (before, after) in differences.items():
        print(f"{name}: {before} undisturbed, {after} with kills", file=sys.stderr)
    return Outcome(
        NAME,
        faults=killer.count,
        requests=int(calm.get("debits_acknowledged", 0)),
        acknowledged=int(struck.get("debits_acknowledged", 0)),
        lost=int(struck.get("debits_lost", 0)),
        duplicated=int(struck.get("debits_doubled", 0)),
        held="exit" not in struck and not differences and not killer.broken(),
        note=f"{len(differences)} totals differ" if differences else "same totals",
    )


def _play(folder: RunDir, seed: int, pupils: int) -> tuple[Mapping[str, Any], float]:
    """The demo's summary, and how long it took."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "demo", "--exit", f"--pupils={pupils}", f"--seed={seed}"]
    environment = {**os.environ, "ATOUTS_RUN_DIR": str(folder.path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr, check=False)
    if done.returncode:
        print(f"the demo ended with {done.returncode}", file=sys.stderr)
        return {"exit": done.returncode}, time.monotonic() - begun
    summary: Mapping[str, Any] = json.loads((folder.path / "demo" / "summary.json").read_text())
    return summary, time.monotonic() - begun


def _differences(calm: Mapping[str, Any], struck: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = sorted((calm.keys() | struck.keys()) - _NOT_TOTALS)
    return {name: (calm.get(name), struck.get(name)) for name in names if calm.get(name) != struck.get(name)}
