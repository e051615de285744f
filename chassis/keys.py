"""Keys, read from one folder (a mounted secret in production; made at first start by the embedded platform).

Nothing here has a default: a missing key stops the process.
"""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any, cast

from chassis.config import SettingMissing


class KeyFolder:
    """The folder `KEYS_DIR`.

    services/<service>.pem: Ed25519 private key of a service; services.jwks.json: everybody's public keys.
    accounts.pem signs access tokens (identity alone has it); accounts.jwks.json verifies them.
    data/<service>.key, card.key, request.key, payment_webhook.key: base64 of 32 random bytes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def secret(self, name: str) -> bytes:
        """The 32 bytes of `<name>.key`. Raises SettingMissing."""
        value = base64.b64decode(self._read(f"{name}.key"))
        if len(value) != 32:
            raise SettingMissing(f"{name}.key must hold 32 bytes in base64")
        return value

    def private_pem(self, name: str) -> bytes:
        return self._read(f"{name}.pem")

    def key_set(self, name: str) -> dict[str, Any]:
        """The RFC 7517 key set in `<name>.jwks.json`."""
        return cast(dict[str, Any], json.loads(self._read(f"{name}.jwks.json")))

    def _read(self, name: str) -> bytes:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            raise SettingMissing(f"KEYS_DIR holds no {name}: bin/up makes the demo's keys") from None


@cache
def folder(path: Path) -> KeyFolder:
    return KeyFolder(path)
