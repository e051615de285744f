"""A member may not use some benefits, or any, until a day: for misconduct, where the rulebook provides it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from rulebooks import Rulebook
from services.wallet.domain.budget_errors import (
    AppealOutOfOrder,
    BenefitSuspended,
    NoSuspension,
    SuspensionAlreadyLifted,
    SuspensionUntilInvalid,
    WholeSuspensionOnly,
)
from services.wallet.domain.errors import UnknownBenefit


@dataclass(frozen=True, slots=True)
class Bar:
    """What a till must know of a suspension. No benefit named: all of the scheme's; `until` is included."""

    benefits: frozenset[str]
    until: date

    def covers(self, benefit: str, on: date) -> bool:
        return on <= self.until and (not self.benefits or benefit in self.benefits)


@dataclass(frozen=True, slots=True)
class Letters:
    """Days of the letters that staff record: told to the person, their appeal, the answer to it."""

    notified_on: date | None = None
    appealed_on: date | None = None
    answered_on: date | None = None

    def check(self, on: date) -> None:
        """Each follows the one before it, none is of tomorrow. Raises AppealOutOfOrder."""
        sent = [day for day in (self.notified_on, self.appealed_on, self.answered_on) if day]
        has_gap = self.answered_on is not None and self.appealed_on is None
        if has_gap or sent != sorted(sent) or any(day > on for day in sent):
            raise AppealOutOfOrder


@dataclass(frozen=True, slots=True)
class Suspension:
    """`reason` is French, for the person alone: a cashier never reads it."""

    suspension_id: UUID
    membership_id: UUID
    bar: Bar
    reason: str
    imposed_by: str
    imposed_at: datetime
    letters: Letters = Letters()
    lifted_at: datetime | None = None
    lifted_by: str | None = None

    def bites_on(self, on: date) -> bool:
        return self.lifted_at is None and on <= self.bar.until

    def lifted(self, at: datetime, by: str) -> Suspension:
        """Raises SuspensionAlreadyLifted."""
        if self.lifted_at is not None:
            raise SuspensionAlreadyLifted
        return replace(self, lifted_at=at, lifted_by=by)

    def with_letters(self, letters: Letters, on: date) -> Suspension:
        """Raises AppealOutOfOrder."""
        letters.check(on)
        return replace(self, letters=letters)


def bar_of(rulebook: Rulebook, benefits: Sequence[str], until: date | None, on: date) -> Bar:
    """What the rulebook lets staff suspend: to the end of spending unless they say a day before it.

    Raises NoSuspension, WholeSuspensionOnly, UnknownBenefit, SuspensionUntilInvalid.
    """
    if rulebook.suspension is None:
        raise NoSuspension
    if benefits and rulebook.suspension.of == "all":
        raise WholeSuspensionOnly
    known = {benefit.id for benefit in rulebook.benefits}
    for benefit in benefits:
        if benefit not in known:
            raise UnknownBenefit(benefit)
    last = rulebook.spend_until
    chosen = until or last
    if not on <= chosen <= last:
        raise SuspensionUntilInvalid(last)
    return Bar(frozenset(benefits), chosen)


def check_not_suspended(bars: Iterable[Bar], benefit: str, on: date) -> None:
    """Raises BenefitSuspended."""
    if any(bar.covers(benefit, on) for bar in bars):
        raise BenefitSuspended
