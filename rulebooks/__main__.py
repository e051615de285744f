"""`python -m rulebooks check`, `test`, `diff`, `render`, `simulate`, `forecast`."""

from __future__ import annotations

import sys

from rulebooks.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
