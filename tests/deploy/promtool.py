"""promtool: the machine's, else the one of Debian's package, unpacked into the run folder."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from embedded.distribution import unpack_package
from embedded.rundir import ROOT

_UNPACKED = ROOT / ".run" / "prometheus"


@cache
def promtool() -> Path:
    """Where it lies. Raises ServerUnavailableError when the distribution cannot be asked."""
    installed = shutil.which("promtool")
    if installed:
        return Path(installed)
    program = _UNPACKED / "usr" / "bin" / "promtool"
    if not program.exists():
        unpack_package("prometheus", _UNPACKED)
    return program


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([promtool(), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
