"""Long lists for operators: streamed, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.work import Work
from services.payout.domain.run import Run, RunState
from services.payout.store.runs import run_of
from services.payout.store.tables import accruals, runs

_STREAMED = 1_000
_PARTNER_SCOPE = "partner:"


@dataclass(frozen=True, slots=True)
class ExportedDebit:
    """A debit as both services export it: `kept_cents` is what its partner keeps of it after a cancellation or
    clawbacks; and, of payout alone, its season (authority, scheme and name)."""

    debit_id: str
    partner_id: str
    amount_cents: int
    state: str
    kept_cents: int
    season: str


def debits(session: Session) -> Iterator[ExportedDebit]:
    """Every debit of every authority, by id."""
    other = accruals.alias()
    against = (
        other.c.authority_id == accruals.c.authority_id,
        other.c.debit_id == accruals.c.debit_id,
        other.c.movement_id != other.c.debit_id,
    )
    is_cancelled = sa.exists().where(*against, ~other.c.clawback)
    taken = sa.select(sa.func.coalesce(sa.func.sum(other.c.amount_cents), 0)).where(*against).scalar_subquery()
    season = (accruals.c.authority_id, accruals.c.scheme, accruals.c.season)
    told = (accruals.c.debit_id, accruals.c.partner_id, accruals.c.amount_cents)
    rows = session.execute(
        sa.select(*told, is_cancelled, taken, *season)
        .where(accruals.c.movement_id == accruals.c.debit_id)
        .order_by(accruals.c.debit_id),
        execution_options={"yield_per": _STREAMED},
    )
    for debit_id, partner_id, amount_cents, cancelled, taken_cents, *named in rows:
        state = "cancelled" if cancelled else "recorded"
        kept_cents = amount_cents + int(taken_cents)
        yield ExportedDebit(debit_id, partner_id, amount_cents, state, kept_cents, "/".join(named))


def issued_runs(work: Work) -> tuple[Run, ...]:
    rows = work.session.execute(
        sa.select(runs)
        .where(runs.c.authority_id == work.authority_id, runs.c.state == RunState.ISSUED)
        .order_by(runs.c.issued_at)
    )
    return tuple(run_of(row) for row in rows)


def movements_of(work: Work, day: date) -> dict[str, tuple[str, int]]:
    """Partner and signed cents of a day's movements that the wallet counts, by movement."""
    rows = work.session.execute(
        sa.select(accruals.c.movement_id, accruals.c.partner_id, accruals.c.amount_cents).where(
            accruals.c.authority_id == work.authority_id, accruals.c.business_day == day, ~accruals.c.clawback
        )
    )
    return {row.movement_id: (row.partner_id, row.amount_cents) for row in rows}


def partners_known(work: Work) -> tuple[str, ...]:
    """Partners that have a delegate or a movement, as this service knows."""
    grants = work.tables.grants
    with_delegate = sa.select(sa.func.substr(grants.c.scope, len(_PARTNER_SCOPE) + 1)).where(
        grants.c.authority_id == work.authority_id, grants.c.scope.startswith(_PARTNER_SCOPE)
    )
    with_movement = sa.select(sa.cast(accruals.c.partner_id, sa.Text)).where(
        accruals.c.authority_id == work.authority_id
    )
    return tuple(sorted(work.session.execute(with_delegate.union(with_movement)).scalars()))


def grants_known(work: Work, scope_prefix: str) -> dict[tuple[str, str], tuple[tuple[str, ...], int]]:
    """Roles and version by account and scope."""
    grants = work.tables.grants
    rows = work.session.execute(
        sa.select(grants).where(grants.c.authority_id == work.authority_id, grants.c.scope.startswith(scope_prefix))
    )
    return {(row.account_id, row.scope): (tuple(sorted(row.roles)), row.version) for row in rows}
