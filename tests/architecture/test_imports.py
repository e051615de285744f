"""The import rules written in pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

from embedded.rundir import ROOT


def test_import_contracts_hold() -> None:
    """No service imports another, layers point inwards, transports stay at the doors."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
