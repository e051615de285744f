"""The line before an envelope: who is due a credit that it has not borne, first the request that was complete first."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DueCredit:
    """A member's place for one benefit; `due_since`: when nothing but the budget was missing."""

    membership_id: UUID
    benefit: str
    envelope_id: UUID
    amount_cents: int
    due_since: datetime

    @property
    def place(self) -> tuple[datetime, UUID, str]:
        return self.due_since, self.membership_id, self.benefit


@dataclass(frozen=True, slots=True)
class Served:
    """Those of ours whom the envelope bears, in order; `others_first`: it also bears somebody whose turn was before,
    and who is served by another transaction."""

    credits: tuple[DueCredit, ...]
    others_first: bool


def kept_cents(left_cents: int, line: Iterable[DueCredit]) -> int:
    """What of it is for those in the line whom it bears: who comes to the till passes none of them."""
    kept = 0
    for due in sorted(line, key=lambda each: each.place):
        if due.amount_cents <= left_cents - kept:
            kept += due.amount_cents
    return kept


def serve(left_cents: int, line: Iterable[DueCredit], ours: Container[UUID]) -> Served:
    """Give each their turn. What is too little for one goes to the next who needs no more; cents of those who are not
    ours are kept for them."""
    credited: list[DueCredit] = []
    others_first = False
    for due in sorted(line, key=lambda each: each.place):
        if due.amount_cents > left_cents:
            continue
        left_cents -= due.amount_cents
        if due.membership_id in ours:
            credited.append(due)
        else:
            others_first = True
    return Served(tuple(credited), others_first)
