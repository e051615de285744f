"""Draws again what the authority drew, from what it published: the method is written in services/bonplan/README.md."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from demo.client import Json

METHOD = "hmac-sha256-order/v1"


@dataclass(frozen=True)
class DrawCheck:
    """A draw beside the same one made again. `commitment` was noted while registrations were open."""

    commitment: str
    places: int
    registered: frozenset[str]
    published: Json

    @property
    def faults(self) -> tuple[str, ...]:
        """What does not agree; empty for an honest draw."""
        seed = bytes.fromhex(self.published["seed"])
        took_part, winners = self.published["registration_ids"], self.published["winner_ids"]
        held = {
            "another method": self.published["method"] == METHOD,
            "the commitment changed": self.published["seed_commitment"] == self.commitment,
            "another seed than the one committed to": hashlib.sha256(seed).hexdigest() == self.commitment,
            "others took part than those who registered": set(took_part) == self.registered,
            "the registrations' hash is wrong": self.published["registrations_hash"] == registrations_hash(took_part),
            "other winners": winners == drawn(seed, took_part, self.places),
        }
        return tuple(fault for fault, is_so in held.items() if not is_so)


def registrations_hash(registration_ids: Iterable[str]) -> str:
    """sha256, hex, of the ids, sorted, each followed by a line feed."""
    lines = "".join(f"{registration_id}\n" for registration_id in sorted(registration_ids))
    return hashlib.sha256(lines.encode()).hexdigest()


def drawn(seed: bytes, registration_ids: Iterable[str], places: int) -> list[str]:
    """The first `places` ids by HMAC-SHA256(seed, registrations_hash || registration_id), ascending."""
    took_part = list(registration_ids)
    prefix = registrations_hash(took_part)

    def rank(registration_id: str) -> bytes:
        return hmac.digest(seed, f"{prefix}{registration_id}".encode(), "sha256")

    return sorted(took_part, key=rank)[:places]
