"""`ledger-model`: random sequences of every command of the ledger, on real servers, against a model of plain numbers.

No fault is done. What is counted is that no answer, balance, use, voucher or sum differs from the model's, that
`verify` holds after each sequence, and that each request was also granted sometimes, not only refused. The sequences
are those of `tests/integration/wallet/ledger_model`; LEDGER_MODEL_SEQUENCES says how many, instead.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from drills.outcome import Outcome
from embedded.rundir import ROOT

NAME = "ledger-model"
_TEST = "tests/integration/wallet/test_money_sequences.py"
_SEQUENCES, _SEQUENCES_LONG = 2_000, 10_000


@dataclass(frozen=True, slots=True)
class _Share:
    """One process's sequences, on servers of its own."""

    process: subprocess.Popen[bytes]
    report: Path

    def told(self) -> dict[str, Any]:
        """What it played; nothing when it found a difference, which is on standard error then."""
        if self.process.wait():
            return {}
        told: dict[str, Any] = json.loads(self.report.read_text(encoding="utf-8"))
        return told


def run(seed: int, long: bool) -> Outcome:
    """2,000 sequences, 10,000 with `long`, shared out among the processors."""
    wanted, processes = _wanted(long), os.cpu_count() or 1
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        shares = [_start(Path(folder), number, seed + number, -(-wanted // processes)) for number in range(processes)]
        told = [share.told() for share in shares]
    sequences = sum(each.get("sequences", 0) for each in told)
    refused = _always_refused(told)
    return Outcome(
        NAME,
        faults=0,
        requests=sum(each.get("requests", 0) for each in told),
        acknowledged=sum(each.get("acknowledged", 0) for each in told),
        lost=0,
        duplicated=0,
        held=all(told) and sequences >= wanted and not refused,
        note=_note(sequences, time.monotonic() - began, refused),
    )


def _wanted(long: bool) -> int:
    return int(os.environ.get("LEDGER_MODEL_SEQUENCES", _SEQUENCES_LONG if long else _SEQUENCES))


def _always_refused(told: Sequence[dict[str, Any]]) -> list[str]:
    """What was asked and never granted, by any share."""
    asked = {rpc for each in told for rpc in each.get("asked", ())}
    return sorted(asked - {rpc for each in told for rpc in each.get("answered", ())})


def _note(sequences: int, seconds: float, refused: Sequence[str]) -> str:
    told = f"{sequences} sequences without a difference, {sequences / seconds:.1f} a second with the servers' start"
    return f"{told}; always refused: {', '.join(refused)}" if refused else told


def _start(folder: Path, number: int, seed: int, sequences: int) -> _Share:
    report = folder / f"{number}.json"
    environment = {
        **os.environ,
        "ATOUTS_RUN_DIR": str(ROOT / ".run" / "drill" / f"model-{number}"),
        "LEDGER_MODEL_SEQUENCES": str(sequences),
        "LEDGER_MODEL_SEED": str(seed),
        "LEDGER_MODEL_REPORT": str(report),
    }
    command = [str(ROOT / "bin" / "test"), "-q", _TEST, "-o", "timeout=0"]
    return _Share(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr), report)
