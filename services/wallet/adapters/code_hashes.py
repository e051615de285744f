"""Hashes of secret codes: argon2id, a few at once, so that a storm of payments starves nothing else."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.errors import Overloaded

T = TypeVar("T")
# OWASP Password Storage Cheat Sheet, argon2id: 7 MiB, five passes, one lane.
_MEMORY_KIB, _PASSES, _LANES = 7 * 1024, 5, 1


class Argon2Codes:
    """`at_once` hashes run together (7 MiB each); `waiting` more callers may wait, the rest is refused at once."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._hasher = PasswordHasher(_PASSES, _MEMORY_KIB, _LANES, type=Type.ID)
        self._running = BoundedSemaphore(at_once)
        self._held = BoundedSemaphore(at_once + waiting)

    def hash(self, digest: bytes) -> str:
        """Raises Overloaded."""
        return self._bounded(lambda: self._hasher.hash(digest))

    def matches(self, code_hash: str, digest: bytes) -> bool:
        """Raises Overloaded."""
        return self._bounded(lambda: self._verifies(code_hash, digest))

    def _verifies(self, code_hash: str, digest: bytes) -> bool:
        try:
            return self._hasher.verify(code_hash, digest)
        except (VerificationError, InvalidHashError):
            return False

    def _bounded(self, act: Callable[[], T]) -> T:
        if not self._held.acquire(blocking=False):
            raise Overloaded("too many secret codes to hash at once")
        try:
            with self._running:
                return act()
        finally:
            self._held.release()
