"""Password hashes: argon2id, bounded and behind what is quick, so that a storm of sign-ins starves nothing."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from chassis.errors import Operational, Overloaded
from services.identity.adapters.hashing import answer

_CHILD = (sys.executable, "-m", "services.identity.adapters.hashing")


class Argon2Passwords:
    """`at_once` hashes run together (19 MiB each); `waiting` more callers may wait, the rest is refused at once.

    Each runs in a process of its own that stands back for the kernel. In threads of this one, a hash that was put off
    while its memory was mapped kept every other thread waiting for the same map.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._hashers: queue.LifoQueue[_Hasher] = queue.LifoQueue()
        for _ in range(at_once):
            self._hashers.put(_Hasher())
        self._places = _Places(at_once + waiting)
        self._of_nobody = answer({"password": "the password of no account"})

    def require_room(self) -> None:
        """Before anything is looked up for a call that would be refused. Raises Overloaded."""
        self._places.require_one()

    def hash(self, password: str) -> str:
        """Raises Overloaded, Operational."""
        return self._bounded({"password": password})

    def matches(self, password_hash: str, password: str) -> bool:
        """As slow for an empty hash as for any other: the time tells nothing. Raises Overloaded, Operational."""
        told = self._bounded({"password": password, "hash": password_hash or self._of_nobody})
        return told == "yes" and bool(password_hash)

    def _bounded(self, question: Mapping[str, str]) -> str:
        with self._places.one():
            hasher = self._hashers.get()
            try:
                return hasher.ask(question)
            finally:
                self._hashers.put(hasher)


class _Hasher:
    """A hashing process, begun when it is first needed, and again when it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, question: Mapping[str, str]) -> str:
        """Raises Operational."""
        line = json.dumps(question) + "\n"
        for _ in range(2):
            if told := self._told(line):
                answered: str = json.loads(told)
                return answered
            self._end()
        raise Operational("the process that hashes passwords ends as soon as it begins")

    def _told(self, line: str) -> str:
        """Nothing when the process died."""
        process = self._process = self._process or _begun()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
            return process.stdout.readline()
        except BrokenPipeError:
            return ""
        except BaseException:
            self._end()  # else whoever asks next would read this one's answer
            raise

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()


def _begun() -> subprocess.Popen[str]:
    """It ends when its standard input does, so with this process, however that ends."""
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(_CHILD, stdin=pipe, stdout=pipe, text=True, env=environment)


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
