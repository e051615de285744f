"""Password hashes: argon2id, bounded and behind what is quick, so that a storm of sign-ins starves nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.errors import Overloaded

T = TypeVar("T")
# OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane.
_MEMORY_KIB = 19 * 1024
_PASSES = 2
_LANES = 1
_NICE = 5  # a third of a thread's weight: whoever wakes goes first, and on a crowded machine hashing still goes on


class Argon2Passwords:
    """`at_once` hashes run together (19 MiB each); `waiting` more callers may wait, the rest is refused at once.

    argon2 holds no lock of the interpreter, and its threads stand back for the kernel: a call that hashes nothing waits
    for neither.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._hasher = PasswordHasher(_PASSES, _MEMORY_KIB, _LANES, type=Type.ID)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="hash", initializer=_stand_back)
        self._places = _Places(at_once + waiting)
        self._of_nobody = self._hasher.hash("the password of no account")

    def require_room(self) -> None:
        """Before anything is looked up for a call that would be refused. Raises Overloaded."""
        self._places.require_one()

    def hash(self, password: str) -> str:
        """Raises Overloaded."""
        return self._bounded(lambda: self._hasher.hash(password))

    def matches(self, password_hash: str, password: str) -> bool:
        """As slow for an empty hash as for any other: the time tells nothing. Raises Overloaded."""
        is_right = self._bounded(lambda: self._verifies(password_hash or self._of_nobody, password))
        return is_right and bool(password_hash)

    def _verifies(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _bounded(self, act: Callable[[], T]) -> T:
        with self._places.one():
            return self._threads.submit(act).result()


class _Places:
    """So many callers may be here."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._lock = threading.Lock()

    def require_one(self) -> None:
        """Raises Overloaded; a free place may be gone a moment later."""
        if self._free <= 0:
            raise Overloaded("too many passwords to hash at once")

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises Overloaded."""
        with self._lock:
            self.require_one()
            self._free -= 1
        try:
            yield
        finally:
            with self._lock:
                self._free += 1


def _stand_back() -> None:
    """For this thread alone: Linux schedules threads, and takes their id where a process's is asked for."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
