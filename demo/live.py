"""Live notices as an open application receives them: that something happened, never what."""

from __future__ import annotations

import time
from threading import Event

import httpx

from demo.sessions import Member

LIVE = "/v1/live"
_HEARD_WITHIN_S = 20.0


def heard_at(member: Member, fact: str, opened: Event) -> float | None:
    """When (`time.monotonic`) a notice of this fact came to an open stream; `opened` is set once it is listened to.

    None when the stream broke off or nothing came: a notice is sent once, and one that is lost costs a refresh.
    """
    deadline = time.monotonic() + _HEARD_WITHIN_S
    try:
        with member.stream(LIVE) as lines:
            opened.set()
            for line in lines:
                if line == f"event: {fact}":
                    return time.monotonic()
                if time.monotonic() > deadline:
                    return None
    except httpx.HTTPError:
        return None
    finally:
        opened.set()  # who waits for it goes on when the stream never opened
    return None
