"""Erasures: who may ask, what they wait for, and until when a card's mark is kept."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from services.identity.domain.accounts import AccountKind
from services.identity.domain.refusals import ErasureNeedsAnother, ErasureNotRequested, NotErasable

# Each clears what it keeps of a person, and answers with the number of rows.
SERVICES = ("wallet", "payout", "partner", "bonplan", "notification")
# What a person had once, as the rulebooks' vocabulary calls it.
BENEFITS_HAD = "benefits_had"


class ErasureState(StrEnum):
    REQUESTED = "requested"
    WAITING = "waiting"
    ERASING = "erasing"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Erasure:
    """`asked_by` is the person's own account or one of staff. `holds`: what it waits for, by code; `answers`: the rows
    that each service cleared, identity among them."""

    erasure_id: str
    person_id: str
    state: ErasureState
    asked_by: str
    requested_at: datetime
    confirmed_by: str = ""
    holds: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)
    done_at: datetime | None = None

    def confirmed(self, by: str) -> Erasure:
        """The person's own word is enough; that of staff needs another member of staff.

        Raises ErasureNotRequested, ErasureNeedsAnother.
        """
        self._require_requested()
        if by == self.asked_by and by != self.person_id:
            raise ErasureNeedsAnother
        return replace(self, state=ErasureState.WAITING, confirmed_by=by)

    def dropped(self, by: str) -> Erasure:
        """Raises ErasureNotRequested."""
        self._require_requested()
        return replace(self, state=ErasureState.DROPPED, confirmed_by=by)

    def looked_at(self, holds: Mapping[str, int]) -> Erasure:
        """On it goes once nothing is open."""
        return replace(self, holds=holds, state=ErasureState.WAITING if holds else ErasureState.ERASING)

    @property
    def is_answered(self) -> bool:
        return set(SERVICES) <= self.answers.keys()

    def _require_requested(self) -> None:
        if self.state is not ErasureState.REQUESTED:
            raise ErasureNotRequested


def require_erasable(kind: AccountKind) -> None:
    """Staff leave by their roles: what they did stays theirs. Raises NotErasable."""
    if kind is AccountKind.STAFF:
        raise NotErasable


def marks_until(birth_date: date, age: int) -> date:
    """The last day of the month of that birthday: an exact day would tell the birth date."""
    year, month = birth_date.year + age, birth_date.month
    return date(year, month, calendar.monthrange(year, month)[1])


def once_keys(told_by_wallet: Iterable[str], recorded: Mapping[str, object]) -> list[str]:
    """What was had once under this account, and under one that it followed."""
    before = recorded.get(BENEFITS_HAD, ())
    return sorted({*told_by_wallet, *(str(key) for key in before)} if isinstance(before, list) else {*told_by_wallet})
