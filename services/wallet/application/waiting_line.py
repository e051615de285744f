"""A line of waiting items that writers take in groups, in order of arrival.

While one group is under way the others gather for the next: the larger a group, the less each of its items costs. A
second writer is for what one alone cannot do: it begins when a whole group waits, or when the first in line has waited
so long that the group under way must be held up (a lock, a slow commit). Items that come in one message are a group
when the last of them has joined: begun with the first, it would be two.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


class WaitingLine(Generic[T]):
    """`group_limit` items are taken at once at the most; `room` may wait; the first waits `patience_s` for the group
    under way before another begins."""

    def __init__(self, group_limit: int, room: int, patience_s: float = 0.1) -> None:
        self._group_limit = group_limit
        self._room = room
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._waiting: deque[tuple[float, T]] = deque()
        self._under_way = 0
        self._arriving = 0
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, item: T) -> bool:
        """Wait for a group; False when there is no room."""
        with self._changed:
            if len(self._waiting) >= self._room:
                return False
            self._waiting.append((time.monotonic(), item))
            # Only what may let a writer begin wakes one.
            is_first = len(self._waiting) == 1 and not self._arriving
            if is_first or len(self._waiting) == self._group_limit:
                self._changed.notify()
            return True

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """Items join one after the other meanwhile: only a whole group begins before the last, or one whose first has
        waited too long."""
        with self._changed:
            self._arriving += 1
        try:
            yield
        finally:
            with self._changed:
                self._arriving -= 1
                self._changed.notify()

    @contextmanager
    def group(self) -> Iterator[list[T]]:
        """The next group, as soon as it may begin; empty when the line is closed and nobody waits any more."""
        items = self._take()
        try:
            yield items
        finally:
            if items:
                with self._changed:
                    self._under_way -= 1
                    self._changed.notify()

    def close(self) -> None:
        """Nobody joins any more; who waits is still taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _take(self) -> list[T]:
        with self._changed:
            while not self._may_begin():
                if self._closed and not self._waiting:
                    return []
                self._changed.wait(self._patience_left_s())
            items = [item for _, item in islice(self._waiting, self._group_limit)]
            for _ in items:
                self._waiting.popleft()
            self._under_way += 1
            if self._waiting:
                self._changed.notify()  # another writer looks at what is left
            return items

    def _may_begin(self) -> bool:
        if not self._waiting:
            return False
        is_whole = len(self._waiting) >= self._group_limit
        return is_whole or not (self._under_way or self._arriving) or self._patience_left_s() == 0

    def _patience_left_s(self) -> float | None:
        """Until the first in line has waited long enough for another writer; None: nobody waits."""
        if not self._waiting:
            return None
        joined_at, _ = self._waiting[0]
        return max(0.0, joined_at + self._patience_s - time.monotonic())
