"""Password hashes: argon2id, bounded so that a storm of sign-ins starves nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.errors import Overloaded

T = TypeVar("T")
# OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane.
_MEMORY_KIB = 19 * 1024
_PASSES = 2
_LANES = 1


class Argon2Passwords:
    """`at_once` hashes run together (19 MiB each); `waiting` more callers may wait, the rest is refused at once."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._hasher = PasswordHasher(_PASSES, _MEMORY_KIB, _LANES, type=Type.ID)
        self._running = BoundedSemaphore(at_once)
        self._held = BoundedSemaphore(at_once + waiting)
        self._of_nobody = self._hasher.hash("the password of no account")

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
        with self._place(), self._running:
            return act()

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._held.acquire(blocking=False):
            raise Overloaded("too many passwords to hash at once")
        try:
            yield
        finally:
            self._held.release()
