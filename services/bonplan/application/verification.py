"""`verify`: every rule again on live data, each draw drawn again from what it published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chassis.crypto import Unreadable
from chassis.work import Work
from services.bonplan.domain.draw import METHOD, commitment, draw
from services.bonplan.store.checks import Finding, figures, run_checks
from services.bonplan.store.draws import KeptDraw
from services.bonplan.store.listings import kept_draws, live_registrations, sealed_seeds
from services.bonplan.store.seeds import Seeds


@dataclass(frozen=True, slots=True)
class Verification:
    """`figures`: offers, draws, registrations that stand, winners."""

    findings: tuple[Finding, ...]
    figures: dict[str, int]

    @property
    def held(self) -> bool:
        return all(finding.held for finding in self.findings)


def verify(work: Work, seeds: Seeds) -> Verification:
    """Check one authority; a draw at a time, so that memory stays flat."""
    found = [
        *run_checks(work),
        _finding("a commitment is the hash of its seed", _broken_commitments(work, seeds)),
        _finding("each draw, drawn again, has the same winners", _broken_draws(work)),
    ]
    return Verification(tuple(found), figures(work))


def _finding(name: str, problems: Iterable[str]) -> Finding:
    first = next(iter(problems), "")
    return Finding(name, not first, first)


def _broken_commitments(work: Work, seeds: Seeds) -> Iterator[str]:
    """Sealed seeds too, of draws that were not run yet: opened here, told to nobody."""
    for offer_id, sealed, committed in sealed_seeds(work):
        try:
            kept = commitment(seeds.open(work, offer_id, sealed))
        except (Unreadable, ValueError):  # changed, or cut shorter than its nonce
            kept = "unreadable"
        if kept != committed:
            yield f"offer {offer_id}: the sealed seed's hash is {kept}, committed to {committed}"
    for kept_draw, committed, _ in kept_draws(work):
        if commitment(kept_draw.seed) != committed:
            yield f"offer {kept_draw.offer_id}: the revealed seed's hash is not {committed}"


def _broken_draws(work: Work) -> Iterator[str]:
    for kept, _, places in kept_draws(work):
        problem = _problem_of(work, kept, places)
        if problem:
            yield f"offer {kept.offer_id}: {problem}"


def _problem_of(work: Work, kept: KeptDraw, places: int) -> str:
    if kept.method != METHOD:
        return f"unknown method {kept.method}"
    states = live_registrations(work, kept.offer_id)
    if draw(kept.seed, states, places) != kept.outcome:
        return "drawn again, it gives another outcome"
    winners = {registration_id for registration_id, state in states.items() if state == "won"}
    return "" if winners == set(kept.outcome.winners) else "other registrations have a place"
