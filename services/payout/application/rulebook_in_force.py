"""The rulebooks that a season runs under. One that is not here yet is waited for, never guessed."""

from __future__ import annotations

from datetime import date

from chassis.errors import Operational
from chassis.work import Work
from rulebooks import Catalogue, Rulebook, UnknownRulebook
from services.payout.domain.calendar import PayCalendar, Terms
from services.payout.store import seasons


def by_hash(catalogue: Catalogue, content_hash: str) -> Rulebook:
    """Raises Operational."""
    try:
        return catalogue.by_hash(content_hash)
    except UnknownRulebook:
        raise Operational(f"rulebook {content_hash} is not here yet") from None


def versions_of(work: Work, catalogue: Catalogue, scheme: str, season: str) -> tuple[Rulebook, ...]:
    """The season's first version and those adopted since, in the order in which they count. Raises Operational."""
    first = by_hash(catalogue, seasons.of(work, scheme, season).rulebook_hash)
    later = (by_hash(catalogue, each.rulebook_hash) for each in seasons.later_versions(work, scheme, season))
    return (first, *later)


def in_force(work: Work, catalogue: Catalogue, scheme: str, season: str, on: date) -> Rulebook:
    """The version that counts on a day. Raises Operational."""
    found = by_hash(catalogue, seasons.of(work, scheme, season).rulebook_hash)
    for each in seasons.later_versions(work, scheme, season):
        if each.counts_from <= on:
            found = by_hash(catalogue, each.rulebook_hash)
    return found


def calendar_of(work: Work, catalogue: Catalogue, scheme: str, season: str) -> PayCalendar:
    """Raises Operational."""
    first = by_hash(catalogue, seasons.of(work, scheme, season).rulebook_hash)
    later = seasons.later_versions(work, scheme, season)
    adopted = (Terms(each.counts_from, by_hash(catalogue, each.rulebook_hash).payout) for each in later)
    return PayCalendar([Terms(None, first.payout), *adopted])


def is_paid_out(catalogue: Catalogue, rulebook_hash: str, benefit: str) -> bool:
    """Whether partners are paid for a benefit, by the rulebook under which it was used. Raises Operational."""
    return by_hash(catalogue, rulebook_hash).benefit(benefit).paid_out
