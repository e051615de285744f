"""The CEL engine without its command line (typer, rich, a prompt), which its package would import for everybody.

Decision 0154. Nothing else imports `cel`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_COMMAND_LINE = "cel.cli"


@contextmanager
def _command_line_empty() -> Iterator[None]:
    """An empty module stands in for it while the package is imported."""
    if "cel" in sys.modules:
        yield
        return
    sys.modules[_COMMAND_LINE] = ModuleType(_COMMAND_LINE)
    try:
        yield
    finally:
        del sys.modules[_COMMAND_LINE]


with _command_line_empty():
    import cel

__all__ = ["cel"]
