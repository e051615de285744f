"""Correlation: one W3C trace id follows a request through HTTP, gRPC and events, and into every log line.

https://www.w3.org/TR/trace-context/ : version-traceid-parentid-flags.
"""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")

current: ContextVar[str] = ContextVar("traceparent", default="")


def start(incoming: str | None = None) -> str:
    """Continue the incoming trace, or begin one; the new traceparent becomes the current one."""
    match = _TRACEPARENT.fullmatch(incoming) if incoming else None
    drawn = secrets.token_hex(8 if match else 24)
    trace_id = match.group(1) if match else drawn[16:]
    traceparent = f"00-{trace_id}-{drawn[:16]}-00"
    current.set(traceparent)
    return traceparent


def trace_id() -> str:
    """The current trace's id, 32 hexadecimal digits, or an empty string outside any trace."""
    return current.get()[3:35]
