"""What people read of runs, holds and accounts: straight from the tables, no rule needed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.payout.domain.clawback import Clawback, ClawbackState
from services.payout.domain.counting import Gap, Tally
from services.payout.domain.holds import Hold
from services.payout.domain.run import Line, Run, RunState
from services.payout.store.accruals import is_issued
from services.payout.store.clawbacks import clawback_of
from services.payout.store.holds import hold_of
from services.payout.store.runs import line_of, run_of
from services.payout.store.tables import accruals, clawbacks, holds, remittances, run_gaps, runs

PAGE_SIZE = 100
Share = tuple[str, str, str]
_When = TypeVar("_When", date, datetime)


# What is recorded is a movement under the clawback's own id, which a run claims.
_CLAWBACKS_WITH_REMITTANCE = clawbacks.outerjoin(
    accruals,
    (accruals.c.authority_id == clawbacks.c.authority_id) & (accruals.c.movement_id == clawbacks.c.clawback_id),
).outerjoin(
    remittances,
    (remittances.c.authority_id == accruals.c.authority_id) & (remittances.c.remittance_id == accruals.c.remittance_id),
)


class PageTokenUnreadable(Exception):
    """A page token that we did not give."""


@dataclass(frozen=True, slots=True)
class PageOfRuns:
    runs: tuple[Run, ...]
    next_page_token: str


@dataclass(frozen=True, slots=True)
class ListedClawback:
    """`run_id`, `reference`: of the remittance that bears it, empty until one does."""

    clawback: Clawback
    run_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class PageOfClawbacks:
    clawbacks: tuple[ListedClawback, ...]
    next_page_token: str


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A remittance that reached a transfer file, and its run."""

    run: Run
    line: Line


@dataclass(frozen=True, slots=True)
class PartnerAccount:
    """`owed_cents`: in no issued transfer, cancellations and clawbacks deducted; below 0 where these outweigh what is
    due. `paid_cents`: in one.

    `held_cents`: of what is owed, what waits for the end of a hold. `recorded_cents`: taken, and never paid out.
    """

    owed_cents: int
    held_cents: int
    paid_cents: int
    recorded_cents: int
    remittances: tuple[PaidLine, ...]
    holds: tuple[Hold, ...]


def page_of_runs(work: Work, state: RunState | None, page_token: str) -> PageOfRuns:
    """Runs of the authority, newest period first. Raises PageTokenUnreadable."""
    query = (
        sa.select(runs)
        .where(runs.c.authority_id == work.authority_id)
        .order_by(runs.c.period_end.desc(), runs.c.run_id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if state is not None:
        query = query.where(runs.c.state == state)
    if page_token:
        query = query.where(sa.tuple_(runs.c.period_end, runs.c.run_id) < _read_token(page_token, date))
    found = [run_of(row) for row in work.session.execute(query)]
    more = len(found) > PAGE_SIZE
    last = found[PAGE_SIZE - 1] if more else None
    return PageOfRuns(tuple(found[:PAGE_SIZE]), _token(last.period.end, last.run_id) if last else "")


def page_of_clawbacks(work: Work, state: ClawbackState | None, page_token: str) -> PageOfClawbacks:
    """Clawbacks of the authority, newest first. Raises PageTokenUnreadable."""
    place = sa.tuple_(clawbacks.c.proposed_at, clawbacks.c.clawback_id)
    query = (
        sa.select(clawbacks, remittances.c.run_id, remittances.c.reference)
        .select_from(_CLAWBACKS_WITH_REMITTANCE)
        .where(clawbacks.c.authority_id == work.authority_id)
        .order_by(clawbacks.c.proposed_at.desc(), clawbacks.c.clawback_id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if state is not None:
        query = query.where(clawbacks.c.state == state)
    if page_token:
        query = query.where(place < _read_token(page_token, datetime))
    rows = work.session.execute(query)
    found = [ListedClawback(clawback_of(row), row.run_id or "", row.reference or "") for row in rows]
    more = len(found) > PAGE_SIZE
    last = found[PAGE_SIZE - 1].clawback if more else None
    return PageOfClawbacks(tuple(found[:PAGE_SIZE]), _token(last.proposed_at, last.clawback_id) if last else "")


def totals_of_runs(work: Work, run_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Payable and held cents of runs, as their remittances are kept."""
    amount, is_held = remittances.c.amount_cents, remittances.c.held_for.is_not(None)
    rows = work.session.execute(
        sa.select(
            remittances.c.run_id,
            sa.func.coalesce(sa.func.sum(amount).filter(~is_held), 0).label("payable"),
            sa.func.coalesce(sa.func.sum(amount).filter(is_held), 0).label("held"),
        )
        .where(remittances.c.authority_id == work.authority_id, remittances.c.run_id.in_(run_ids))
        .group_by(remittances.c.run_id)
    )
    return {row.run_id: (int(row.payable), int(row.held)) for row in rows}


def gaps_of_run(work: Work, run_id: str) -> tuple[Gap, ...]:
    rows = work.session.execute(
        sa.select(run_gaps)
        .where(run_gaps.c.authority_id == work.authority_id, run_gaps.c.run_id == run_id)
        .order_by(run_gaps.c.day, run_gaps.c.partner_id)
    )
    return tuple(_gap(row) for row in rows)


def list_holds(work: Work, *, lifted_too: bool) -> tuple[Hold, ...]:
    """Holds in the order in which they were placed."""
    query = sa.select(holds).where(holds.c.authority_id == work.authority_id)
    if not lifted_too:
        query = query.where(holds.c.lifted_at.is_(None))
    return tuple(hold_of(row) for row in work.session.execute(query.order_by(holds.c.placed_at, holds.c.hold_id)))


def partner_account(work: Work, partner_id: str) -> PartnerAccount:
    paid, open_holds = _paid_lines(work, partner_id), _open_holds(work, partner_id)
    paid_cents = sum(each.line.amount_cents for each in paid)
    owed = _owed(work, partner_id)
    recorded_cents = _sum_of(work, partner_id, ~accruals.c.paid_out)
    return PartnerAccount(
        sum(owed.values()), _held_cents(owed, open_holds), paid_cents, recorded_cents, paid, open_holds
    )


def _owed(work: Work, partner_id: str) -> dict[Share, int]:
    """Cents in no issued transfer, by scheme, season and category."""
    share = (accruals.c.scheme, accruals.c.season, accruals.c.category)
    rows = work.session.execute(
        sa.select(*share, sa.func.sum(accruals.c.amount_cents))
        .where(
            accruals.c.authority_id == work.authority_id,
            accruals.c.partner_id == partner_id,
            accruals.c.paid_out,
            ~is_issued(),
        )
        .group_by(*share)
    )
    return {(scheme, season, category): int(cents) for scheme, season, category, cents in rows}


def _held_cents(owed: Mapping[Share, int], open_holds: Iterable[Hold]) -> int:
    kept_back = sum(cents for share, cents in owed.items() if any(hold.keeps_back(*share) for hold in open_holds))
    return max(kept_back, 0)


def _sum_of(work: Work, partner_id: str, condition: sa.ColumnElement[bool]) -> int:
    summed = sa.func.coalesce(sa.func.sum(accruals.c.amount_cents), 0)
    query = sa.select(summed).where(
        accruals.c.authority_id == work.authority_id, accruals.c.partner_id == partner_id, condition
    )
    return int(work.session.execute(query).scalar_one())


def _paid_lines(work: Work, partner_id: str) -> tuple[PaidLine, ...]:
    rows = work.session.execute(
        sa.select(runs, *(column for column in remittances.c if column.name not in runs.c))
        .join(
            remittances,
            (runs.c.authority_id == remittances.c.authority_id) & (runs.c.run_id == remittances.c.run_id),
        )
        .where(
            remittances.c.authority_id == work.authority_id,
            remittances.c.partner_id == partner_id,
            remittances.c.held_for.is_(None),
            runs.c.state == RunState.ISSUED,
        )
        .order_by(runs.c.issued_at, remittances.c.reference)
    )
    return tuple(PaidLine(run_of(row), line_of(row)) for row in rows)


def _open_holds(work: Work, partner_id: str) -> tuple[Hold, ...]:
    rows = work.session.execute(
        sa.select(holds)
        .where(
            holds.c.authority_id == work.authority_id,
            holds.c.partner_id == partner_id,
            holds.c.lifted_at.is_(None),
        )
        .order_by(holds.c.placed_at, holds.c.hold_id)
    )
    return tuple(hold_of(row) for row in rows)


def _gap(row: Any) -> Gap:
    wallet, own = Tally(row.wallet_count, row.wallet_sum_cents), Tally(row.own_count, row.own_sum_cents)
    return Gap(row.day, row.partner_id, wallet, own)


def _token(at: date | datetime, last_id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), last_id]).encode()).decode()


def _read_token(token: str, kind: type[_When]) -> tuple[_When, str]:
    try:
        at, last_id = json.loads(base64.urlsafe_b64decode(token.encode()))
        return kind.fromisoformat(at), str(UUID(last_id))
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise PageTokenUnreadable(token[:50]) from None
