"""The import rules written in pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

from embedded.rundir import ROOT

# Of command lines that libraries bring along: each a tenth of a second of every process's start.
_OF_TERMINALS = ("typer", "click", "rich", "prompt_toolkit", "pygments")


def test_import_contracts_hold() -> None:
    """No service imports another, layers point inwards, transports stay at the doors."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_a_process_loads_nothing_that_draws_on_terminals() -> None:
    """The widest of the processes, imported alone: no library's command line comes along."""
    asked = f"import services.wallet.entrypoints.rpc, sys; print(*sys.modules.keys() & {set(_OF_TERMINALS)!r})"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
