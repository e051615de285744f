"""Drawing winners so that anybody can draw again and find the same: from a seed, and from who took part.

The seed's hash is published before the first registration, the seed itself with the draw. The method is written out
for everybody in this service's README.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

METHOD = "hmac-sha256-order/v1"
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a draw gives: ids that took part, sorted; ids that won, in the order in which they were drawn."""

    registrations_hash: str
    took_part: tuple[str, ...]
    winners: tuple[str, ...]


def commitment(seed: bytes) -> str:
    """sha256 of the seed, hex: tells nothing of it, and holds whoever chose it to it."""
    return hashlib.sha256(seed).hexdigest()


def hash_of(registration_ids: Iterable[str]) -> str:
    """sha256, hex, of the ids, sorted, each followed by a line feed."""
    return hashlib.sha256("".join(f"{each}\n" for each in sorted(registration_ids)).encode()).hexdigest()


def draw(seed: bytes, registration_ids: Iterable[str], places: int) -> Outcome:
    """The first `places` ids in ascending order of HMAC-SHA256(seed, registrations_hash || registration_id).

    The order in which the ids come changes nothing. Ids are lower-case text, as the API shows them.
    """
    took_part = tuple(sorted(registration_ids))
    registrations_hash = hash_of(took_part)
    prefix = registrations_hash.encode()
    drawn = sorted(took_part, key=lambda each: hmac.digest(seed, prefix + each.encode(), "sha256"))
    return Outcome(registrations_hash, took_part, tuple(drawn[:places]))
