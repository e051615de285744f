"""What bonplan counts of its own, once the work that did it is committed."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from prometheus_client import Counter

from chassis.work import Work
from services.bonplan.domain.errors import BonplanRefused, OfferFull, RegistrationClosed

REGISTRATIONS = Counter(
    "atouts_bonplan_registrations_total",
    "Registrations asked for and withdrawn, by outcome: won, waiting, withdrawn, full, closed, refused",
    ["outcome"],
)
DRAWS = Counter("atouts_bonplan_draws_total", "Draws that were run")
_OUTCOME_OF_REFUSAL: dict[type[BonplanRefused], str] = {OfferFull: "full", RegistrationClosed: "closed"}


def count_registration(work: Work, outcome: str) -> None:
    _once_committed(work, REGISTRATIONS.labels(outcome).inc)


def count_refusal(refusal: BonplanRefused) -> None:
    """A refusal commits nothing that it could wait for."""
    REGISTRATIONS.labels(_OUTCOME_OF_REFUSAL.get(type(refusal), "refused")).inc()


def count_draw(work: Work) -> None:
    _once_committed(work, DRAWS.inc)


def _once_committed(work: Work, count: Callable[[], None]) -> None:
    """A transaction that is rolled back, or run again, counts once or not at all."""
    sa.event.listen(work.session, "after_commit", lambda _session: count(), once=True)
