"""A day's seal: everything that was recorded on it under one hash, which also covers the seal of the day before.

Whoever keeps one hash, a partner or a court of accounts, can prove from it that no earlier day was changed since.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

# What the first sealed day of an authority is chained to.
NOTHING_BEFORE = bytes(32)


@dataclass(frozen=True, slots=True)
class SeasonPart:
    """A season's share of a day. `entries_digest` covers each of its transfers with both entries, `totals_digest` the
    day's sum of each account."""

    scheme: str
    season: str
    transfers: int
    entries_digest: bytes
    totals_digest: bytes


@dataclass(frozen=True, slots=True)
class DaySeal:
    """What is sealed of a day. `sums` are cents by kind of account: they add up to 0."""

    authority_id: str
    day: date
    previous_hash: bytes
    transfers: int
    entries: int
    sums: Mapping[str, int]
    seasons: tuple[SeasonPart, ...]

    def document(self) -> dict[str, Any]:
        """The seal as JSON, digests in hexadecimal; its hash is that of this document."""
        parts = sorted(self.seasons, key=lambda part: (part.scheme, part.season))
        return {
            "authority": self.authority_id,
            "day": self.day.isoformat(),
            "previous_hash": self.previous_hash.hex(),
            "transfers": self.transfers,
            "entries": self.entries,
            "sums": {kind: self.sums[kind] for kind in sorted(self.sums)},
            "seasons": [_told(part) for part in parts],
        }

    def hash(self) -> bytes:
        return hash_of(self.document())


@dataclass(frozen=True, slots=True)
class ClosingSeal:
    """A finished season's last word: its sums by kind of account, each envelope's, and all its days' digests."""

    authority_id: str
    scheme: str
    season: str
    transfers: int
    sums: Mapping[str, int]
    envelopes: Mapping[str, Mapping[str, int]]
    days_digest: bytes

    def hash(self) -> bytes:
        return hash_of(
            {
                "authority": self.authority_id,
                "scheme": self.scheme,
                "season": self.season,
                "transfers": self.transfers,
                "sums": dict(self.sums),
                "envelopes": {key: dict(cents) for key, cents in self.envelopes.items()},
                "days_digest": self.days_digest.hex(),
            }
        )


def hash_of(document: Mapping[str, Any]) -> bytes:
    """SHA-256 of the document as JSON in UTF-8: keys sorted, no space."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def mac_of(key: bytes, sealed_hash: bytes) -> bytes:
    """What only the service can make: whoever writes the database alone can chain hashes again, not this."""
    seal_key = hmac.digest(key, b"seals of days", hashlib.sha256)
    return hmac.digest(seal_key, sealed_hash, hashlib.sha256)


def _told(part: SeasonPart) -> dict[str, Any]:
    return {
        "scheme": part.scheme,
        "season": part.season,
        "transfers": part.transfers,
        "entries_digest": part.entries_digest.hex(),
        "totals_digest": part.totals_digest.hex(),
    }
