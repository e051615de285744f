"""Seeds of draws: chosen when an offer is published, sealed until the draw is run."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from chassis.crypto import Cipher
from chassis.work import Work
from services.bonplan.domain.draw import SEED_BYTES, commitment


@dataclass(frozen=True, slots=True)
class SealedSeed:
    """`commitment`: sha256 of the seed, hex; the only thing that anybody sees of it for now."""

    commitment: str
    sealed: bytes


class Seeds:
    """Seals and opens; a seed belongs to one offer, and does not open in another's row."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def choose(self, work: Work, offer_id: str) -> SealedSeed:
        seed = secrets.token_bytes(SEED_BYTES)
        return SealedSeed(commitment(seed), self._cipher.seal(seed, _bound_to(work, offer_id)))

    def open(self, work: Work, offer_id: str, sealed: bytes) -> bytes:
        """Raises Unreadable."""
        return self._cipher.open(sealed, _bound_to(work, offer_id))


def _bound_to(work: Work, offer_id: str) -> str:
    return f"offers/{work.authority_id}/{offer_id}/seed"
