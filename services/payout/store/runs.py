"""Runs, their remittances, and what they wait for."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from rulebooks.schedule import Period
from services.payout.domain.counting import Gap, Tally
from services.payout.domain.errors import UnknownRun
from services.payout.domain.run import Line, Run, RunState, days_of
from services.payout.store.tables import counted_days, remittances, run_gaps, runs


class Runs:
    """Runs of the work's authority."""

    def __init__(self, work: Work) -> None:
        self._session = work.session
        self._authority_id = work.authority_id

    def open(self, scheme: str, season: str, period: Period, due_on: date) -> Run:
        """The run that starts with that period, locked; a new one counts, and may still be cut."""
        fresh = {
            "authority_id": self._authority_id,
            "run_id": str(uuid.uuid4()),
            "scheme": scheme,
            "season": season,
            "period_start": period.start,
            "period_end": period.end,
            "due_on": due_on,
            "state": RunState.COUNTING,
        }
        statement = insert(runs).values(fresh)
        cut = {name: statement.excluded[name] for name in ("period_end", "due_on")}
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["authority_id", "scheme", "season", "period_start"],
                set_=cut,
                where=runs.c.state == RunState.COUNTING,
            )
        )
        that_period = (
            runs.c.scheme == scheme, runs.c.season == season, runs.c.period_start == period.start
        )  # fmt: skip
        return run_of(self._session.execute(self._select(*that_period).with_for_update()).one())

    def find(self, run_id: str) -> Run:
        """Raises UnknownRun."""
        row = self._session.execute(self._select(runs.c.run_id == run_id)).first()
        if row is None:
            raise UnknownRun(run_id)
        return run_of(row)

    def lock(self, run_id: str) -> Run:
        """Raises UnknownRun. A rival decision on the same run waits here."""
        row = self._session.execute(self._select(runs.c.run_id == run_id).with_for_update()).first()
        if row is None:
            raise UnknownRun(run_id)
        return run_of(row)

    def save(self, run: Run) -> None:
        self._session.execute(
            sa.update(runs)
            .where(runs.c.authority_id == self._authority_id, runs.c.run_id == run.run_id)
            .values(
                state=run.state,
                proposed_by=run.proposed_by,
                approved_by=run.approved_by,
                issued_at=run.issued_at,
                sepa_file_id=run.sepa_file_id,
            )
        )

    def forget(self, run: Run) -> None:
        """An empty period leaves its counted days, and no run."""
        self._session.execute(
            sa.delete(runs).where(runs.c.authority_id == self._authority_id, runs.c.run_id == run.run_id)
        )

    def keep_gaps(self, run: Run, gaps: Iterable[Gap]) -> None:
        """Replace what the run waits for."""
        self._session.execute(
            sa.delete(run_gaps).where(run_gaps.c.authority_id == self._authority_id, run_gaps.c.run_id == run.run_id)
        )
        rows = [self._gap_row(run, gap) for gap in gaps]
        if rows:
            self._session.execute(sa.insert(run_gaps), rows)

    def _select(self, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
        return sa.select(runs).where(runs.c.authority_id == self._authority_id, *conditions)

    def _gap_row(self, run: Run, gap: Gap) -> dict[str, object]:
        return {
            "authority_id": self._authority_id,
            "run_id": run.run_id,
            "day": gap.day,
            "partner_id": gap.partner_id,
            "wallet_count": gap.wallet.movements,
            "wallet_sum_cents": gap.wallet.sum_cents,
            "own_count": gap.own.movements,
            "own_sum_cents": gap.own.sum_cents,
        }


class CountedDays:
    """Days on which payout's own count equalled the wallet's."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def missing(self, scheme: str, period: Period) -> tuple[date, ...]:
        """The period's days that are not agreed yet."""
        rows = self._work.session.execute(
            sa.select(counted_days.c.day).where(
                counted_days.c.authority_id == self._work.authority_id,
                counted_days.c.scheme == scheme,
                counted_days.c.day.between(period.start, period.end),
            )
        )
        agreed = {row.day for row in rows}
        return tuple(day for day in days_of(period) if day not in agreed)

    def add(self, scheme: str, day: date, tally: Tally) -> None:
        values = {
            "authority_id": self._work.authority_id,
            "scheme": scheme,
            "day": day,
            "movements": tally.movements,
            "sum_cents": tally.sum_cents,
            "counted_at": self._work.now,
        }
        self._work.session.execute(insert(counted_days).values(values).on_conflict_do_nothing())


class Remittances:
    """What runs pay, line by line."""

    def __init__(self, work: Work) -> None:
        self._session = work.session
        self._authority_id = work.authority_id

    def add(self, run: Run, lines: Iterable[Line]) -> None:
        rows = [self._row(run, line) for line in lines]
        if rows:
            self._session.execute(sa.insert(remittances), rows)

    def of_run(self, run_id: str) -> tuple[Line, ...]:
        rows = self._session.execute(
            sa.select(remittances)
            .where(remittances.c.authority_id == self._authority_id, remittances.c.run_id == run_id)
            .order_by(remittances.c.partner_id, remittances.c.reference)
        )
        return tuple(line_of(row) for row in rows)

    def hold(self, lines: Iterable[Line]) -> None:
        """Keep why lines of an open run are held."""
        for line in lines:
            self._session.execute(
                sa.update(remittances)
                .where(
                    remittances.c.authority_id == self._authority_id,
                    remittances.c.remittance_id == line.remittance_id,
                )
                .values(held_for=line.held_for)
            )

    def _row(self, run: Run, line: Line) -> dict[str, object]:
        return {
            "authority_id": self._authority_id,
            "remittance_id": line.remittance_id,
            "run_id": run.run_id,
            "partner_id": line.partner_id,
            "amount_cents": line.amount_cents,
            "movements": line.movements,
            "held_for": line.held_for,
            "reference": line.reference,
            "categories": sorted(line.categories),
        }


def run_of(row: Any) -> Run:
    return Run(
        run_id=row.run_id,
        scheme=row.scheme,
        season=row.season,
        period=Period(row.period_start, row.period_end),
        due_on=row.due_on,
        state=RunState(row.state),
        proposed_by=row.proposed_by,
        approved_by=row.approved_by,
        issued_at=row.issued_at,
        sepa_file_id=row.sepa_file_id,
    )


def line_of(row: Any) -> Line:
    return Line(
        remittance_id=row.remittance_id,
        partner_id=row.partner_id,
        amount_cents=row.amount_cents,
        movements=row.movements,
        reference=row.reference,
        held_for=row.held_for,
        categories=frozenset(row.categories),
    )
