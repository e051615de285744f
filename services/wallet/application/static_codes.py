"""Codes of cards on paper and plastic: drawn once, found again by a keyed hash of this service's data key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from chassis.crypto import Cipher
from services.wallet.domain import crockford, static_code
from services.wallet.domain.static_code import QR_BITS, TYPED_BITS, CardText, StaticCode


@dataclass(frozen=True, slots=True)
class PrintedCodes:
    """What is printed on a card: the text of its QR, and what is typed, in groups of four."""

    qr: str
    typed: str


@dataclass(frozen=True, slots=True)
class CodeHashes:
    qr: bytes
    typed: bytes


def draw() -> PrintedCodes:
    return PrintedCodes(
        static_code.qr_of(secrets.randbits(QR_BITS)), static_code.typed_of(secrets.randbits(TYPED_BITS))
    )


def hashes_of(cipher: Cipher, authority_id: str, codes: PrintedCodes) -> CodeHashes:
    return CodeHashes(_hash(cipher, authority_id, codes.qr), _hash(cipher, authority_id, crockford.plain(codes.typed)))


def read(cipher: Cipher, authority_id: str, text: str) -> StaticCode | None:
    """None: not in the form of such a code. No database is asked."""
    found = static_code.read(text)
    return as_known(cipher, authority_id, found) if found else None


def as_known(cipher: Cipher, authority_id: str, text: CardText) -> StaticCode:
    return StaticCode(_hash(cipher, authority_id, text.plain) if text.is_right else None, text.typed)


def _hash(cipher: Cipher, authority_id: str, plain: str) -> bytes:
    return cipher.look_up_hash(f"card_codes/{authority_id}/{plain}")
