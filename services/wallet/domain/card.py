"""A card, and the rotating code that it shows.

The code is the text of a QR: "A1", then in base32 the version, the key's id, the card's id, the 30-second step
and ten bytes of HMAC-SHA256. Its key is derived (HKDF, RFC 5869) from the service's card key, the key's id and
the card's id, and the authority is under the HMAC: another authority's code is a forged one.

While the service's card key changes, two key ids are valid: the code says which is its own, new ones are of the newest.

A cashier who cannot scan types a shorter one: eight characters of the card's number, five of an HMAC of authority,
number and step, and a check character. It burns the same step as the QR.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

from services.wallet.domain import crockford
from services.wallet.domain.card_errors import CardNotActivated, CardOfPastSeason, CardReplaced
from services.wallet.domain.errors import CardOpposed, CodeAlreadyUsed, CodeExpired, CodeOfLater, CodeUnreadable

STEP_S = 30
STEPS_OF_GRACE = 1  # a phone's clock may be a step off, and scanning takes a moment
PREFIX = "A1"
_VERSION = 1
_HEAD = struct.Struct(">BB16sI")
_MAC_BYTES = 10
NUMBER_LENGTH = 8
_TYPED_MAC_LENGTH = 5
_TYPED_LENGTH = NUMBER_LENGTH + _TYPED_MAC_LENGTH + 1
# A code of the last ten minutes is told as expired, not as wrong: nobody guessed it.
_STEPS_TOLD_EXPIRED = 20
# Holds a card that nobody has paired yet.
NOBODY = UUID(int=0)


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
        """Raises CodeExpired, CodeOfLater."""
        steps_late = step_at(now) - self.step
        if steps_late > STEPS_OF_GRACE:
            raise CodeExpired
        if steps_late < -STEPS_OF_GRACE:
            raise CodeOfLater


@dataclass(frozen=True, slots=True)
class TypedCode:
    """What was typed. `step` is None where it is no code of this number: forged, or mistyped."""

    number: str
    step: int | None

    def shown_by(self, card_id: UUID) -> ShownCode | None:
        return None if self.step is None else ShownCode(card_id, self.step)


class CodeKeys:
    """Writes and reads codes. `current` is the id of the key for new codes; all keys read."""

    def __init__(self, keys: dict[int, bytes], current: int = 1) -> None:
        self._extracted = {key_id: _extract(key) for key_id, key in keys.items()}
        self._current = current

    @property
    def ids(self) -> list[int]:
        """Of all keys that read, rising."""
        return sorted(self._extracted)

    @property
    def current(self) -> int:
        """The one that writes."""
        return self._current

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

    def write_typed(self, authority_id: str, number: str, step: int) -> str:
        """In groups of four, as it is shown."""
        body = number + self._typed_mac(authority_id, self._current, number, step)
        return crockford.grouped(crockford.with_check(body))

    def read_typed(self, authority_id: str, text: str, now: datetime) -> TypedCode | None:
        """None: not in the form of a typed code, so perhaps a scanned one."""
        code = crockford.plain(text)
        if not crockford.is_plain(code, _TYPED_LENGTH):
            return None
        number, mac = code[:NUMBER_LENGTH], code[NUMBER_LENGTH:-1]
        if not crockford.is_right(code):
            return TypedCode(number, None)
        current = step_at(now)
        steps = range(current + STEPS_OF_GRACE, current - _STEPS_TOLD_EXPIRED, -1)
        return TypedCode(number, next((step for step in steps if self._typed(authority_id, number, step, mac)), None))

    def _typed(self, authority_id: str, number: str, step: int, mac: str) -> bool:
        return any(
            hmac.compare_digest(mac, self._typed_mac(authority_id, key_id, number, step)) for key_id in self._extracted
        )

    def _typed_mac(self, authority_id: str, key_id: int, number: str, step: int) -> str:
        key = hmac.digest(self._extracted[key_id], b"atouts typed code" + bytes([key_id]) + b"\x01", hashlib.sha256)
        message = authority_id.encode() + b"\x00" + number.encode() + struct.pack(">I", step)
        mac = int.from_bytes(hmac.digest(key, message, hashlib.sha256)[:8])
        return crockford.written(mac, _TYPED_MAC_LENGTH)

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


class CardForm(StrEnum):
    """What a card is made of; `PAPER` and `PVC` bear a static code."""

    APP = "app"
    PAPER = "paper"
    PVC = "pvc"


class CardState(StrEnum):
    """`WAITING`: made, and not to be used yet: nobody paired it, or it is on its way to its holder."""

    WAITING = "waiting"
    ACTIVE = "active"
    OPPOSED = "opposed"
    REPLACED = "replaced"

    @property
    def is_over(self) -> bool:
        return self in (CardState.OPPOSED, CardState.REPLACED)


class OpposedFor(StrEnum):
    LOST = "lost"
    STOLEN = "stolen"


@dataclass(frozen=True, slots=True)
class Card:
    """`last_step`: the last step that was accepted. Single use is this one number.

    `scheme`, `season`: those under which a card on paper or plastic was made; empty for the app's, which has no end.
    """

    card_id: UUID
    person_id: UUID
    last_step: int = 0
    state: CardState = CardState.ACTIVE
    form: CardForm = CardForm.APP
    scheme: str = ""
    season: str = ""

    def with_state(self, state: CardState) -> Card:
        return replace(self, state=state)

    def accept(self, code: ShownCode, now: datetime) -> Card:
        """Burn the code's step. Raises what `check_usable` does, CodeExpired, CodeOfLater, CodeAlreadyUsed."""
        self.check_usable()
        code.check_fresh(now)
        if code.step <= self.last_step:
            raise CodeAlreadyUsed
        return replace(self, last_step=code.step)

    def check_usable(self, on: date | None = None, last_day: date | None = None) -> None:
        """`last_day` of its season, on the day `on`; None where it has no end.

        Raises CardOpposed, CardOfPastSeason, CardReplaced, CardNotActivated.
        """
        if self.state is CardState.OPPOSED:
            raise CardOpposed
        if on and last_day and on > last_day:
            raise CardOfPastSeason(last_day)
        if self.state is CardState.REPLACED:
            raise CardReplaced
        if self.state is CardState.WAITING:
            raise CardNotActivated
