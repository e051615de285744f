"""Waiting for a thing by looking at it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_LOOK_FIRST_S, _LOOK_SLOWEST_S = 0.05, 1.0


class StillWaiting(Exception):
    """What was awaited did not come in time."""


def until(look: Callable[[], T | None], what: str, within_s: float = 120.0) -> T:
    """Look again and again, more slowly each time, until there is something. Raises StillWaiting."""
    deadline = time.monotonic() + within_s
    pause_s = _LOOK_FIRST_S
    while (seen := look()) is None:
        if time.monotonic() > deadline:
            raise StillWaiting(f"{what}: nothing after {within_s:.0f} s")
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, _LOOK_SLOWEST_S)
    return seen
