"""A payout run: one scheme, one period, from counting to the transfer file."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from rulebooks.schedule import Period
from services.payout.domain.counting import Tally, total
from services.payout.domain.errors import (
    NothingToPay,
    RunChanged,
    RunNotPrepared,
    RunNotProposed,
    SecondPersonNeeded,
)
from services.payout.domain.holds import Backed

_REFERENCE_SPACE = uuid.UUID("6f1f1d0e-6f6b-5c58-9a3e-0c1b6a1d2b11")


class RunState(StrEnum):
    """Where a run stands. `closed`: counted and equal, but everything due is held: no transfer file."""

    COUNTING = "counting"
    PREPARED = "prepared"
    PROPOSED = "proposed"
    ISSUED = "issued"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        """True while its remittances may still become held."""
        return self in (RunState.PREPARED, RunState.PROPOSED)


@dataclass(frozen=True, slots=True)
class Line:
    """What one partner is due in a run. Held: told, not paid; its movements stay owed.

    A partner has at most one line that is paid. `categories`: what the line is for, empty for all of the partner's.
    """

    remittance_id: str
    partner_id: str
    amount_cents: int
    movements: int
    reference: str
    held_for: str | None = None
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Run:
    """One scheme's payout of one period. `due_on` is the last day on which transfers may reach partners."""

    run_id: str
    scheme: str
    season: str
    period: Period
    due_on: date
    state: RunState = RunState.COUNTING
    proposed_by: str = ""
    approved_by: str = ""
    issued_at: datetime | None = None
    sepa_file_id: str | None = None

    def prepare(self, lines: Iterable[Line]) -> Run:
        """The run once its days agree with the wallet's: closed when nothing of it can be paid."""
        return replace(self, state=RunState.PREPARED if payable_cents(lines) else RunState.CLOSED)

    def propose(self, by: str) -> Run:
        """Raises RunNotPrepared."""
        if self.state is not RunState.PREPARED:
            raise RunNotPrepared(self.state)
        return replace(self, state=RunState.PROPOSED, proposed_by=by)

    def require_approver(self, by: str) -> None:
        """Raises RunNotProposed, SecondPersonNeeded."""
        if self.state is not RunState.PROPOSED:
            raise RunNotProposed(self.state)
        if by == self.proposed_by:
            raise SecondPersonNeeded(self.run_id)

    def require_payable(self, lines: Iterable[Line], seen_cents: int) -> None:
        """The approver must have seen what the run pays now. Raises RunChanged, NothingToPay."""
        payable = payable_cents(lines)
        if payable != seen_cents:
            raise RunChanged(payable)
        if payable == 0:
            raise NothingToPay(self.run_id)

    def issue(self, by: str, at: datetime, sepa_file_id: str) -> Run:
        return replace(self, state=RunState.ISSUED, approved_by=by, issued_at=at, sepa_file_id=sepa_file_id)


def days_of(period: Period) -> tuple[date, ...]:
    length = (period.end - period.start).days + 1
    return tuple(period.start + timedelta(days=offset) for offset in range(length))


def plan(run: Run, due: Mapping[tuple[str, str], Tally], held: Backed) -> tuple[Line, ...]:
    """What each partner is due, in one line; a partner some of whose categories are held has a line for each reason.

    `due`: what is in no remittance yet, by partner and category, up to the period's end. A partner whose cancellations
    outweigh the debits is not asked for money: it is set against what comes.
    """
    shares: dict[tuple[str, str], dict[str, Tally]] = defaultdict(dict)
    for (partner_id, category), tally in due.items():
        shares[partner_id, held.code(partner_id, category) or ""][category] = tally
    split = Counter(partner_id for partner_id, _ in shares)
    lines = (
        _line(run, partner_id, tallies, code or None, whole=split[partner_id] == 1)
        for (partner_id, code), tallies in sorted(shares.items())
    )
    return tuple(line for line in lines if line.amount_cents > 0)


def hold_back(lines: Iterable[Line], held: Mapping[str, str]) -> tuple[Line, ...]:
    """The lines of an open run, with those held whose partner is held by now. None is released: what was held
    when the run was prepared is paid by a later one."""
    return tuple(replace(line, held_for=line.held_for or held.get(line.partner_id)) for line in lines)


def payable_cents(lines: Iterable[Line]) -> int:
    return sum(line.amount_cents for line in lines if line.held_for is None)


def held_cents(lines: Iterable[Line]) -> int:
    return sum(line.amount_cents for line in lines if line.held_for is not None)


def _line(run: Run, partner_id: str, tallies: Mapping[str, Tally], held_for: str | None, *, whole: bool) -> Line:
    tally = total(tallies)
    part = "" if whole else f"/{held_for or 'paid'}"
    remittance_id = uuid.uuid5(_REFERENCE_SPACE, f"{run.run_id}/{partner_id}{part}")
    return Line(
        remittance_id=str(remittance_id),
        partner_id=partner_id,
        amount_cents=tally.sum_cents,
        movements=tally.movements,
        reference=_reference(run.period, remittance_id),
        held_for=held_for,
        categories=frozenset() if whole else frozenset(tallies),
    )


def _reference(period: Period, remittance_id: uuid.UUID) -> str:
    """What is printed on the transfer; at most 35 characters (the end-to-end id of ISO 20022)."""
    return f"ATOUTS-{period.end:%Y%m%d}-{remittance_id.hex[:12].upper()}"
