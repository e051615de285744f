"""Columns that hold personal values: sealed for storage, found by keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class Unreadable(Exception):
    """A sealed value was changed, or was sealed under another key."""


class Sealer:
    """AES-256-GCM under a key of 32 bytes; `bound_to` (a row's identity) is authenticated with the value, so that a
    sealed value copied into another row does not open."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, value: bytes, bound_to: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, value, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """Raises Unreadable."""
        try:
            return self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode())
        except InvalidTag:
            raise Unreadable(f"a sealed value of {bound_to} does not open") from None

    def seal_text(self, value: str, bound_to: str) -> bytes:
        return self.seal(value.encode(), bound_to)

    def open_text(self, sealed: bytes, bound_to: str) -> str:
        return self.open(sealed, bound_to).decode()


class Cipher(Sealer):
    """Seals under a key of the service, and finds equal values by keyed hash."""

    def __init__(self, key: bytes) -> None:
        super().__init__(_derive(key, b"seal"))
        self._lookup_key = _derive(key, b"look-up")

    def look_up_hash(self, value: str) -> bytes:
        """32 bytes that find an equal value again and tell nothing without the key."""
        return hmac.digest(self._lookup_key, value.encode(), hashlib.sha256)


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"atouts column " + purpose).derive(key)
