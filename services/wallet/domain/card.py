"""A card, and the rotating code that it shows.

The code is the text of a QR: "A1", then in base32 the version, the key's id, the card's id, the 30-second step
and ten bytes of HMAC-SHA256. Its key is derived (HKDF, RFC 5869) from the service's card key, the key's id and
the card's id, and the authority is under the HMAC: another authority's code is a forged one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from services.wallet.domain.errors import CardOpposed, CodeAlreadyUsed, CodeExpired, CodeUnreadable

STEP_S = 30
STEPS_OF_GRACE = 1  # a phone's clock may be a step off, and scanning takes a moment
PREFIX = "A1"
_VERSION = 1
_HEAD = struct.Struct(">BB16sI")
_MAC_BYTES = 10


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def end_of_step(step: int) -> datetime:
    return datetime.fromtimestamp((step + 1) * STEP_S, UTC)


@dataclass(frozen=True, slots=True)
class ShownCode:
    """What a genuine code says."""

    card_id: UUID
    step: int

    def check_fresh(self, now: datetime) -> None:
        """Raises CodeExpired."""
        if abs(step_at(now) - self.step) > STEPS_OF_GRACE:
            raise CodeExpired


class CodeKeys:
    """Writes and reads codes. `current` is the id of the key for new codes; all keys read."""

    def __init__(self, keys: dict[int, bytes], current: int = 1) -> None:
        self._extracted = {key_id: _extract(key) for key_id, key in keys.items()}
        self._current = current

    def write(self, authority_id: str, code: ShownCode) -> str:
        head = _HEAD.pack(_VERSION, self._current, code.card_id.bytes, code.step)
        return PREFIX + _encode(head + self._mac(authority_id, self._current, head))

    def read(self, authority_id: str, text: str) -> ShownCode:
        """Raises CodeUnreadable, for a forged code too: a forger learns nothing."""
        raw = _decode(text)
        head, mac = raw[: _HEAD.size], raw[_HEAD.size :]
        version, key_id, card, step = _HEAD.unpack(head)
        if version != _VERSION or key_id not in self._extracted:
            raise CodeUnreadable
        if not hmac.compare_digest(mac, self._mac(authority_id, key_id, head)):
            raise CodeUnreadable
        return ShownCode(UUID(bytes=card), step)

    def _mac(self, authority_id: str, key_id: int, head: bytes) -> bytes:
        card_id = head[2:18]
        info = b"atouts card code" + bytes([key_id]) + card_id
        key = hmac.digest(self._extracted[key_id], info + b"\x01", hashlib.sha256)
        return hmac.digest(key, authority_id.encode() + b"\x00" + head, hashlib.sha256)[:_MAC_BYTES]


def _extract(key: bytes) -> bytes:
    return hmac.digest(bytes(32), key, hashlib.sha256)


def _encode(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    body = text.removeprefix(PREFIX)
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8)) if body != text and len(body) < 100 else b""
    except ValueError:
        raw = b""
    # Base32 has spare bits at its end: only the one spelling that we write is read.
    if len(raw) != _HEAD.size + _MAC_BYTES or _encode(raw) != body:
        raise CodeUnreadable
    return raw


@dataclass(frozen=True, slots=True)
class Card:
    """`last_step`: the last step that was accepted. Single use is this one number."""

    card_id: UUID
    person_id: UUID
    last_step: int = 0
    opposed: bool = False

    def accept(self, code: ShownCode, now: datetime) -> Card:
        """Burn the code's step. Raises CardOpposed, CodeExpired, CodeAlreadyUsed."""
        self.check_usable()
        code.check_fresh(now)
        if code.step <= self.last_step:
            raise CodeAlreadyUsed
        return replace(self, last_step=code.step)

    def check_usable(self) -> None:
        """Raises CardOpposed."""
        if self.opposed:
            raise CardOpposed
