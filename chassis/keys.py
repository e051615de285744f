"""Keys, read from one folder (a mounted secret in production; made at first start by the embedded platform).

Nothing here has a default: a missing key stops the process.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from chassis.config import SettingMissing
from chassis.key_files import KeyFile

T = TypeVar("T")


class KeyFolder:
    """The folder `KEYS_DIR`.

    services/<service>.pem: Ed25519 private key of a service; services.jwks.json: everybody's public keys.
    accounts.pem signs access tokens (identity alone has it); accounts.jwks.json verifies them, two keys of it while one
    takes the place of the other.
    data/<service>.key, card.key, request.key, payment_webhook.key: base64 of 32 random bytes. card-2.key and so on:
    later generations, while one takes the place of another.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def path(self) -> Path:
        return self._path

    def secret(self, name: str) -> bytes:
        """The 32 bytes of `<name>.key`. Raises SettingMissing."""
        value = base64.b64decode(self._read(f"{name}.key"))
        if len(value) != 32:
            raise SettingMissing(f"{name}.key must hold 32 bytes in base64")
        return value

    def numbered(self, name: str) -> dict[int, bytes]:
        """The generations of a key that are there: 1 is `<name>.key`, n is `<name>-n.key`. Raises SettingMissing."""
        first = [1] if (self._path / f"{name}.key").exists() else []
        later = [int(path.stem.rpartition("-")[2]) for path in self._path.glob(f"{name}-[1-9]*.key")]
        if not first and not later:
            return {1: self.secret(name)}
        return {number: self.secret(name if number == 1 else f"{name}-{number}") for number in (*first, *later)}

    def private_pem(self, name: str) -> bytes:
        return self._read(f"{name}.pem")

    def key_set(self, name: str) -> dict[str, Any]:
        """The RFC 7517 key set in `<name>.jwks.json`."""
        return cast(dict[str, Any], json.loads(self._read(f"{name}.jwks.json")))

    def watched(self, name: str, read: Callable[[Path], T]) -> KeyFile[T]:
        """A file that may change while we run. Raises SettingMissing."""
        try:
            return KeyFile(self._path / name, read)
        except FileNotFoundError:
            raise _missing(name) from None

    def _read(self, name: str) -> bytes:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            raise _missing(name) from None


def _missing(name: str) -> SettingMissing:
    return SettingMissing(f"KEYS_DIR holds no {name}: bin/up makes the demo's keys")


@cache
def folder(path: Path) -> KeyFolder:
    return KeyFolder(path)
