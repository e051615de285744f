"""The codes of a card on paper or plastic: random, the same for its whole life, known to the database by keyed hash.

The QR holds "A2" and 128 random bits in base32; what is typed is 60 random bits and a check character, in groups of
four. No key makes them, so that none that changes voids a card; who reads the database learns none.

Being shown does not burn them. What protects them: a presentation is one partner's, on one device, for some minutes;
opposition is effective at once; the holder's secret code, name or photo where the rulebook asks; limits on guessing.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from services.wallet.domain import crockford

PREFIX = "A2"
QR_BITS, TYPED_BITS = 128, 60
_TYPED_BODY = TYPED_BITS // 5
# A voucher's code is as long: the check character tells which of the two was typed.
_MARK = 1


@dataclass(frozen=True, slots=True)
class CardText:
    """What was read, in its one spelling. `is_right` is False for what was mistyped, which is no card's."""

    plain: str
    typed: bool
    is_right: bool = True


@dataclass(frozen=True, slots=True)
class StaticCode:
    """A static code as the database knows it; no hash where it was mistyped."""

    code_hash: bytes | None
    typed: bool


def qr_of(bits: int) -> str:
    """The text of the QR."""
    return PREFIX + base64.b32encode(bits.to_bytes(QR_BITS // 8)).decode().rstrip("=")


def typed_of(bits: int) -> str:
    """In groups of four, as it is printed."""
    return crockford.grouped(crockford.with_check(crockford.written(bits, _TYPED_BODY), _MARK))


def read(text: str) -> CardText | None:
    """None: not in the form of a static card's code, so perhaps of another."""
    plain = crockford.plain(text)
    if crockford.is_plain(plain, _TYPED_BODY + 1):
        is_vouchers = crockford.is_right(plain)
        return None if is_vouchers else CardText(plain, typed=True, is_right=crockford.is_right(plain, _MARK))
    return CardText(text, typed=False) if _is_qr(text) else None


def _is_qr(text: str) -> bool:
    """Base32 has spare bits at its end: only the one spelling that we write is read."""
    body = text.removeprefix(PREFIX)
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8)) if body != text and len(body) < 40 else b""
    except ValueError:
        return False
    return len(raw) == QR_BITS // 8 and qr_of(int.from_bytes(raw)) == text
