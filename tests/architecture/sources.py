"""The project's own files, as git knows them: what is ignored or generated is not ours to judge."""

import subprocess
from functools import cache
from pathlib import Path

from embedded.rundir import ROOT


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def python_files(*folders: str) -> list[Path]:
    """The Python files, all or those under `folders`."""
    roots = [ROOT / folder for folder in folders] or [ROOT]
    return [path for path in tracked_files() if path.suffix == ".py" and any(map(path.is_relative_to, roots))]
