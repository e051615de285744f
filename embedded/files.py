"""Files that appear whole or not at all."""

import os
from pathlib import Path

_PRIVATE = 0o600


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, in one step; folders that are missing are made (0700)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
