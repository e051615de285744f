"""Ids that begin with their millisecond: UUID version 7 (RFC 9562), so that an index grows at its end.

Random ids make each insert touch a page of its own, which PostgreSQL writes whole after each checkpoint.
"""

from __future__ import annotations

import os
import time
import uuid

_VERSION, _VARIANT = 7 << 76, 2 << 62
_RANDOM = (1 << 80) - 1 & ~(0xF << 76) & ~(0x3 << 62)


def time_ordered_id() -> uuid.UUID:
    """A new id; its time is machine time and decides nothing."""
    milliseconds = time.time_ns() // 1_000_000
    return uuid.UUID(int=milliseconds << 80 | _VERSION | _VARIANT | int.from_bytes(os.urandom(10)) & _RANDOM)
