"""The accruals, and which remittance each is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.payout.domain.accruals import Accrual
from services.payout.domain.counting import Tally
from services.payout.domain.errors import UnknownMovement
from services.payout.domain.run import Run
from services.payout.store.tables import accruals, remittances, runs

_FIELDS = tuple(Accrual.__dataclass_fields__)
_TALLY = (sa.func.count().label("movements"), sa.func.sum(accruals.c.amount_cents).label("sum_cents"))
_STREAMED = 1_000


def add_all(movements: Sequence[tuple[Work, Accrual]]) -> list[Accrual]:
    """Keep movements, each in its work's authority and all in one session; those that were not known yet."""
    rows = {(work.authority_id, accrual.movement_id): accrual for work, accrual in movements}
    statement = insert(accruals).on_conflict_do_nothing(index_elements=["authority_id", "movement_id"])
    # In one order, so that two workers with the same movements never wait for each other.
    values = [{name: getattr(rows[key], name) for name in _FIELDS} | {"authority_id": key[0]} for key in sorted(rows)]
    kept = statement.returning(accruals.c.authority_id, accruals.c.movement_id)
    return [rows[row.authority_id, row.movement_id] for row in movements[0][0].session.execute(kept, values)]


class Accruals:
    """Accruals of the work's authority."""

    def __init__(self, work: Work) -> None:
        self._session = work.session
        self._authority_id = work.authority_id
        self._own = accruals.c.authority_id == work.authority_id

    def of_day(self, scheme: str, day: date) -> dict[str, Tally]:
        """Own count and sum of a scheme's day, by partner."""
        of_wallet = ~accruals.c.clawback  # which the wallet counts in no day
        return self._tallies(accruals.c.scheme == scheme, accruals.c.business_day == day, of_wallet)

    def lock_debit(self, debit_id: str) -> Accrual:
        """Raises UnknownMovement. Whoever decides on the same debit waits here."""
        row = self._session.execute(
            sa.select(*(accruals.c[name] for name in _FIELDS))
            .where(self._own, accruals.c.movement_id == debit_id, accruals.c.debit_id == debit_id)
            .with_for_update()
        ).first()
        if row is None:
            raise UnknownMovement(debit_id)
        return Accrual(*row)

    def is_cancelled(self, debit_id: str) -> bool:
        query = sa.select(accruals.c.movement_id).where(
            self._own, accruals.c.debit_id == debit_id, accruals.c.movement_id != debit_id, ~accruals.c.clawback
        )
        return self._session.execute(query).first() is not None

    def unclaimed(self, run: Run) -> dict[tuple[str, str], Tally]:
        """What is in no remittance yet, by partner and category, up to the end of the run's period."""
        shares = (accruals.c.partner_id, accruals.c.category)
        rows = self._session.execute(sa.select(*shares, *_TALLY).where(self._own, *_within(run)).group_by(*shares))
        return {(row.partner_id, row.category): Tally(row.movements, int(row.sum_cents)) for row in rows}

    def only_recorded(self, run: Run, partner_id: str) -> Iterator[Accrual]:
        """What the partner took in the run's period and is not paid for, in order of time."""
        rows = self._session.execute(
            sa.select(*(accruals.c[name] for name in _FIELDS))
            .where(
                self._own,
                accruals.c.partner_id == partner_id,
                accruals.c.scheme == run.scheme,
                accruals.c.season == run.season,
                accruals.c.business_day.between(run.period.start, run.period.end),
                ~accruals.c.paid_out,
            )
            .order_by(accruals.c.occurred_at, accruals.c.movement_id)
        )
        return (Accrual(*row) for row in rows)

    def claim(self, run: Run) -> int:
        """Put what is unclaimed of the partners that the run pays into their remittances; how many movements."""
        claimed = self._session.execute(
            sa.update(accruals)
            .values(remittance_id=remittances.c.remittance_id)
            .where(
                self._own,
                *_within(run),
                remittances.c.authority_id == self._authority_id,
                remittances.c.run_id == run.run_id,
                remittances.c.held_for.is_(None),
                remittances.c.partner_id == accruals.c.partner_id,
                (sa.func.cardinality(remittances.c.categories) == 0)
                | (accruals.c.category == sa.func.any(remittances.c.categories)),
            )
        )
        return int(claimed.rowcount)  # type: ignore[attr-defined]  # an UPDATE always has one

    def release(self, remittance_ids: list[str]) -> None:
        """Take what is in these remittances out again: owed, for a later run."""
        self._session.execute(
            sa.update(accruals)
            .where(self._own, accruals.c.remittance_id.in_(remittance_ids))
            .values(remittance_id=None)
        )

    def is_owed(self, scheme: str, season: str) -> bool:
        """Whether a partner is still owed something by this season: not paid yet, whatever the reason."""
        statement = (
            sa.select(accruals.c.partner_id)
            .where(self._own, accruals.c.scheme == scheme, accruals.c.season == season, accruals.c.paid_out)
            .where(~is_issued())
            .group_by(accruals.c.partner_id)
            .having(sa.func.sum(accruals.c.amount_cents) > 0)
            .limit(1)
        )
        return self._session.execute(statement).first() is not None

    def of_remittance(self, remittance_id: str) -> Iterator[Accrual]:
        """Its movements in order of time, streamed."""
        rows = self._session.execute(
            sa.select(*(accruals.c[name] for name in _FIELDS))
            .where(self._own, accruals.c.remittance_id == remittance_id)
            .order_by(accruals.c.occurred_at, accruals.c.movement_id),
            execution_options={"yield_per": _STREAMED},
        )
        return (Accrual(*row) for row in rows)

    def _tallies(self, *conditions: sa.ColumnElement[bool]) -> dict[str, Tally]:
        rows = self._session.execute(
            sa.select(accruals.c.partner_id, *_TALLY).where(self._own, *conditions).group_by(accruals.c.partner_id)
        )
        return {row.partner_id: Tally(row.movements, int(row.sum_cents)) for row in rows}


def _within(run: Run) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        accruals.c.scheme == run.scheme,
        accruals.c.season == run.season,
        accruals.c.business_day <= run.period.end,
        accruals.c.remittance_id.is_(None),
        accruals.c.paid_out,
    )


def is_issued() -> sa.ColumnElement[bool]:
    """Whether the accrual is in a remittance whose transfer file exists."""
    return sa.exists().where(
        remittances.c.authority_id == accruals.c.authority_id,
        remittances.c.remittance_id == accruals.c.remittance_id,
        runs.c.authority_id == remittances.c.authority_id,
        runs.c.run_id == remittances.c.run_id,
        runs.c.state == "issued",
    )
