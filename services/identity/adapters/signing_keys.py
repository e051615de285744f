"""The keys of access tokens in `KEYS_DIR`: one signs, all that are published are verified with.

`accounts.pem` signs, `accounts-next.pem` is published and signs after the next rotation, `accounts.jwks.json` holds the
public halves. Each file is replaced at once, so that no reader sees half of it.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from chassis.tokens import ACCESS_TOKEN_LIFE_S

_CURRENT, _NEXT, _PUBLISHED = "accounts.pem", "accounts-next.pem", "accounts.jwks.json"
_CLOCKS_APART_S = 60


class TokensStillOut(Exception):
    """Tokens signed with the key before may still be in use for `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"tokens of the key before are good for {seconds} s more")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """Key ids (RFC 7638 thumbprints): the one that signs, and all that verify."""

    signs: str
    verifies: tuple[str, ...]


class SigningKeys:
    """Rotation in two steps, so that every service has read a key before a token is signed with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def state(self) -> PublishedKeys:
        return PublishedKeys(_kid(self._key(_CURRENT)), tuple(key["kid"] for key in self._published()))

    def prepare(self) -> PublishedKeys:
        """Publish the next key beside the one that signs. A key that waits already stays."""
        if not (self._folder / _NEXT).exists():
            self._write(_NEXT, OKPKey.generate_key("Ed25519").as_pem(private=True))
        self._publish([*self._published(), _public(self._key(_NEXT))])
        return self.state()

    def rotate(self) -> PublishedKeys:
        """Sign with the next key from now on; the one before verifies until it is retired."""
        self.prepare()
        following = self._folder / _NEXT
        os.utime(following)  # when it began to sign, for `retire`
        following.replace(self._folder / _CURRENT)
        return self.state()

    def retire(self, at_once: bool = False) -> PublishedKeys:
        """Verify with the key that signs, and the one that waits, alone. `at_once`: a key was stolen.

        Raises TokensStillOut.
        """
        signs_for_s = time.time() - (self._folder / _CURRENT).stat().st_mtime
        left_s = ACCESS_TOKEN_LIFE_S + _CLOCKS_APART_S - signs_for_s
        if left_s > 0 and not at_once:
            raise TokensStillOut(int(left_s) + 1)
        waiting = [_NEXT] if (self._folder / _NEXT).exists() else []
        self._publish([_public(self._key(name)) for name in (_CURRENT, *waiting)])
        return self.state()

    def _key(self, name: str) -> OKPKey:
        return OKPKey.import_key((self._folder / name).read_bytes())

    def _published(self) -> list[dict[str, Any]]:
        keys: list[dict[str, Any]] = json.loads((self._folder / _PUBLISHED).read_bytes())["keys"]
        return keys

    def _publish(self, keys: Iterable[dict[str, Any]]) -> None:
        by_id = {key["kid"]: key for key in keys}
        self._write(_PUBLISHED, (json.dumps({"keys": list(by_id.values())}, indent=2) + "\n").encode())

    def _write(self, name: str, content: bytes) -> None:
        """Readable by its owner only, whole or not at all."""
        handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=f".{name}-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(self._folder / name)


def _kid(key: OKPKey) -> str:
    return key.thumbprint()


def _public(key: OKPKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": _kid(key), "use": "sig"}
