"""Pages by the last row's key: an opaque token, a hundred rows unless a view says otherwise."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from chassis.errors import Malformed

PAGE_SIZE = 100
T = TypeVar("T")


def token_of(*key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def key_of(token: str, parts: int) -> tuple[str, ...] | None:
    """The key after which the page begins, None for the first. Raises Malformed."""
    if not token:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error):
        key = None
    if not isinstance(key, list) or len(key) != parts or not all(isinstance(part, str) for part in key):
        raise unreadable()
    return tuple(key)


def identifier(part: str) -> UUID:
    """Raises Malformed."""
    return _read(UUID, part)


def integer(part: str) -> int:
    """Raises Malformed."""
    return _read(int, part)


def instant(part: str) -> datetime:
    """Raises Malformed."""
    return _read(datetime.fromisoformat, part)


def _read(read: Callable[[str], T], part: str) -> T:
    try:
        return read(part)
    except ValueError:
        raise unreadable() from None


def unreadable() -> Malformed:
    """The refusal of a token that we did not write."""
    return Malformed("page_token", "Reprenez la liste depuis le début.", "Start the list again.")


def cut(rows: Sequence[T], key: Callable[[T], tuple[str, ...]], size: int = PAGE_SIZE) -> tuple[Sequence[T], str]:
    """The page and the next one's token, from size + 1 rows."""
    page = rows[:size]
    return page, token_of(*key(page[-1])) if len(rows) > size else ""
