"""Closing a finished season: its balances are sealed, then its part of the ledger is detached."""

from __future__ import annotations

from chassis.work import Work
from services.wallet.store import closings
from services.wallet.store.closings import LedgerSeason


class SeasonNotClosed(Exception):
    """What keeps an operator from closing a season; no door answers it."""


def seal(work: Work, key: bytes, scheme: str, season: str) -> LedgerSeason:
    """Keep the season's closing balances; one that is sealed stays as it is. Raises SeasonNotClosed."""
    which = _found(work, scheme, season)
    if which.sealed_at is None:
        _refuse_open(work, which)
        closings.keep(work, which, closings.closing(work, which), key)
        work.audit("season_sealed", f"{scheme}/{season}")
    return which


def detach(work: Work, scheme: str, season: str) -> LedgerSeason:
    """Take the season's partitions out of the ledger; one that is detached stays so. Raises SeasonNotClosed."""
    which = _found(work, scheme, season)
    if which.detached_at is not None:
        return which
    if which.sealed_at is None:
        raise SeasonNotClosed(f"{scheme}/{season} is not sealed yet: seal it first, and keep what is printed")
    _refuse_open(work, which)
    if closings.closing(work, which).hash() != closings.kept_hash(work, which):
        raise SeasonNotClosed(f"{scheme}/{season} is not what was sealed: verify names the difference")
    closings.detach(work, which)
    work.audit("season_detached", f"{scheme}/{season}")
    return which


def _refuse_open(work: Work, which: LedgerSeason) -> None:
    reasons = closings.what_is_open(work, which)
    if reasons:
        raise SeasonNotClosed(f"{which.scheme}/{which.season} is still open: {'; '.join(reasons)}")


def _found(work: Work, scheme: str, season: str) -> LedgerSeason:
    for which in closings.listed(work):
        if (which.scheme, which.season) == (scheme, season):
            return which
    raise SeasonNotClosed(f"{scheme}/{season} was never opened")
