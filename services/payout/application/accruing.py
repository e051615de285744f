"""What the wallet's facts leave here: accruals, and the seasons whose payouts are scheduled."""

from __future__ import annotations

from chassis.work import Work
from rulebooks import Catalogue
from services.payout import metrics
from services.payout.application.rulebook_in_force import by_hash
from services.payout.application.scheduling import schedule_run
from services.payout.domain.accruals import Accrual
from services.payout.store import seasons
from services.payout.store.accruals import Accruals
from services.payout.store.seasons import OpenSeason


def accrue(work: Work, accrual: Accrual) -> None:
    """Keep a movement once; a cancellation may come before its debit."""
    if Accruals(work).add(accrual):
        metrics.count_accrual(work, accrual)


def open_season(work: Work, catalogue: Catalogue, opened: OpenSeason) -> None:
    """Keep the season and schedule its first run. Raises Operational while its rulebook is not here."""
    rulebook = by_hash(catalogue, opened.rulebook_hash)
    seasons.keep(work, opened)
    schedule_run(work, opened.scheme, opened.season, rulebook.payout.period_of(opened.starts_on))
