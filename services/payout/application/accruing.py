"""What the wallet's facts leave here: accruals, and the seasons and versions by which payouts are scheduled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chassis.work import Work
from rulebooks import Catalogue
from services.payout import metrics
from services.payout.application.rulebook_in_force import by_hash, is_paid_out
from services.payout.application.scheduling import schedule_run
from services.payout.domain.accruals import Accrual
from services.payout.store import seasons
from services.payout.store.accruals import add_all
from services.payout.store.seasons import LaterVersion, OpenSeason


def accrue(catalogue: Catalogue, movements: Sequence[tuple[Work, Accrual]]) -> None:
    """Keep each movement once; a cancellation may come before its debit. Raises Operational."""
    known = [
        (work, replace(movement, paid_out=is_paid_out(catalogue, movement.rulebook_hash, movement.benefit)))
        for work, movement in movements
    ]
    metrics.count_accruals(known[0][0], add_all(known))


def open_season(work: Work, catalogue: Catalogue, opened: OpenSeason) -> None:
    """Keep the season and schedule its first run. Raises Operational while its rulebook is not here."""
    by_hash(catalogue, opened.rulebook_hash)
    seasons.keep(work, opened)
    schedule_run(work, catalogue, opened.scheme, opened.season)


def adopt_version(work: Work, catalogue: Catalogue, version: LaterVersion) -> None:
    """Keep a later version; the period under way is cut at its first day where it pays otherwise.

    A version may be told before its season. Raises Operational while its rulebook is not here.
    """
    by_hash(catalogue, version.rulebook_hash)
    is_open = seasons.lock(work, version.scheme, version.season)
    seasons.keep_version(work, version)
    if is_open:
        schedule_run(work, catalogue, version.scheme, version.season)
