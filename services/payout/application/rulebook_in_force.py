"""The rulebook that a season runs under. One that is not here yet is waited for, never guessed."""

from __future__ import annotations

from chassis.errors import Operational
from chassis.work import Work
from rulebooks import Catalogue, Rulebook, UnknownRulebook
from services.payout.store import seasons


def by_hash(catalogue: Catalogue, content_hash: str) -> Rulebook:
    """Raises Operational."""
    try:
        return catalogue.by_hash(content_hash)
    except UnknownRulebook:
        raise Operational(f"rulebook {content_hash} is not here yet") from None


def of_season(work: Work, catalogue: Catalogue, scheme: str, season: str) -> Rulebook:
    """Raises Operational."""
    return by_hash(catalogue, seasons.of(work, scheme, season).rulebook_hash)
