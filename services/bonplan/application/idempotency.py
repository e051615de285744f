"""A request under a key is done once: the same key gets the first answer again.

A refusal is not kept: it changed nothing, so the same request is decided anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from chassis.work import Work
from services.bonplan.store.idempotency import KeyedRequest, claim, keep_answer


def once(work: Work, operation: str, key: str, request: bytes, act: Callable[[], bytes]) -> bytes:
    """The answer of `act`, or that of its first run. Raises IdempotencyKeyReused for another request."""
    keyed = KeyedRequest(operation, key, hashlib.sha256(request).digest())
    known = claim(work, keyed)
    if known is not None:
        return known
    answer = act()
    keep_answer(work, keyed, answer)
    return answer
