"""Keys that change while processes run: files looked at again, at most once a second, without a restart."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from chassis import logs

_LOOK_EVERY_S = 1.0
_log = logs.get(__name__)
T = TypeVar("T")


class KeyFile(Generic[T]):
    """What `read` makes of a file, made anew once it has changed. One that is away or unreadable meanwhile changes
    nothing. Raises OSError, ValueError, JoseError when it cannot be read the first time."""

    def __init__(self, path: Path, read: Callable[[Path], T]) -> None:
        self._path = path
        self._read = read
        self._mark = _mark(path)
        self._looked_at_s = time.monotonic()
        self.holds = read(path)

    def look(self, at_once: bool = False) -> bool:
        """Whether something else was read. Looks once a second, or now."""
        now = time.monotonic()
        if not at_once and now - self._looked_at_s < _LOOK_EVERY_S:
            return False
        self._looked_at_s = now
        try:
            mark = _mark(self._path)
            if mark == self._mark:
                return False
            self.holds = self._read(self._path)
        except (OSError, ValueError, JoseError) as error:
            _log.warning("a key file does not read: the keys of before go on", file=self._path.name, reason=str(error))
            return False
        self._mark = mark
        return True


def key_set(path: Path) -> KeySet:
    """An RFC 7517 key set: those whose signatures are good now."""
    return KeySet.import_key_set(json.loads(path.read_bytes()))


def signing_pem(path: Path) -> bytes:
    """A private key: the one that signs now."""
    pem = path.read_bytes()
    OKPKey.import_key(pem)
    return pem


def _mark(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino
