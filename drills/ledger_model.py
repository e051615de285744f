"""`ledger-model`: random sequences of every command of the ledger, on real servers, against a model of plain numbers.

No fault is done. What is counted is that no answer, balance, use, voucher or sum differs from the model's, and that
`verify` holds after each sequence. The sequences are those of `tests/integration/wallet/ledger_model`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

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

    def told(self) -> dict[str, int]:
        """What it played; nothing when it found a difference, which is on standard error then."""
        if self.process.wait():
            return {}
        told: dict[str, int] = json.loads(self.report.read_text(encoding="utf-8"))
        return told


def run(seed: int, long: bool) -> Outcome:
    """2,000 sequences, 10,000 with `long`, shared out among the processors."""
    wanted, processes = _SEQUENCES_LONG if long else _SEQUENCES, os.cpu_count() or 1
    with TemporaryDirectory() as folder:
        shares = [_start(Path(folder), number, seed + number, -(-wanted // processes)) for number in range(processes)]
        told = [share.told() for share in shares]
    total = {name: sum(each.get(name, 0) for each in told) for name in ("sequences", "requests", "acknowledged")}
    return Outcome(
        NAME,
        faults=0,
        requests=total["requests"],
        acknowledged=total["acknowledged"],
        lost=0,
        duplicated=0,
        held=all(told) and total["sequences"] >= wanted,
        note=f"{total['sequences']} sequences without a difference",
    )


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
