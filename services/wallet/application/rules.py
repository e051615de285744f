"""The rulebooks in force, and the facts that they decide on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from chassis.crypto import Cipher
from chassis.errors import Operational
from chassis.work import Work
from rulebooks import Catalogue, Rulebook, UnknownRulebook
from services.wallet.domain.errors import SeasonNotOpen, UnknownSeason
from services.wallet.domain.facts import PersonFacts
from services.wallet.store import seasons


class FactsOwner(Protocol):
    """Who knows persons: identity. Called outside any transaction."""

    def look_up(self, person_ids: Sequence[UUID]) -> list[PersonFacts]:
        """Facts of the known among these persons, 1,000 at most. Raises Operational."""

    def versions(self) -> Iterator[tuple[UUID, int]]:
        """(person, version) of everybody. Raises Operational."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Rulebooks, and the key under which persons' facts are kept."""

    catalogue: Catalogue
    cipher: Cipher

    def stated(self, work: Work, scheme: str, season: str) -> Rulebook:
        """The rulebook of a season as it counts today, open or not. Raises UnknownSeason."""
        try:
            return self.catalogue.in_force(work.authority_id, scheme, season, work.today)
        except UnknownRulebook:
            raise UnknownSeason(scheme, season) from None

    def in_force(self, work: Work, scheme: str, season: str, on: date | None = None) -> Rulebook:
        """The version of an open season that counts on a day, today unless said.

        Raises UnknownSeason, SeasonNotOpen, Operational.
        """
        rulebook_hash = seasons.hash_in_force(work, scheme, season, on)
        if rulebook_hash is None:
            self.stated(work, scheme, season)
            raise SeasonNotOpen(scheme, season)
        return self.by_hash(rulebook_hash)

    def known_versions(self, work: Work, scheme: str, season: str) -> tuple[Rulebook, ...]:
        """Every version of a season, adopted or not, first to last. Raises UnknownSeason."""
        try:
            return self.catalogue.versions(work.authority_id, scheme, season)
        except UnknownRulebook:
            raise UnknownSeason(scheme, season) from None

    def by_hash(self, rulebook_hash: str) -> Rulebook:
        """Raises Operational for a rulebook that is not here yet: wait, do not guess."""
        try:
            return self.catalogue.by_hash(rulebook_hash)
        except UnknownRulebook as error:
            raise Operational(f"rulebook {rulebook_hash} is not here") from error
