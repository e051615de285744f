"""Suspending a member's benefits for misconduct, the letters about it, and lifting it: by staff, on the record.

It bites at its commit: debits decided before have ended by then, those after see it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.work import Work
from services.wallet.application.rules import Rules
from services.wallet.domain.budget_errors import UnknownSuspension
from services.wallet.domain.errors import MembershipNotActive, UnknownMembership
from services.wallet.domain.membership import MembershipState
from services.wallet.domain.suspension import Letters, Suspension, bar_of
from services.wallet.store import days, memberships, suspensions


@dataclass(frozen=True, slots=True)
class SuspendBenefits:
    """No benefit named: all. `until`: None for the end of the campaign. `reason` is French, for the person."""

    membership_id: UUID
    benefits: Sequence[str]
    until: date | None
    reason: str
    notified_on: date | None = None


def suspend(work: Work, rules: Rules, command: SuspendBenefits) -> UUID:
    """The suspension's id.

    Raises UnknownMembership, MembershipNotActive, NoSuspension, WholeSuspensionOnly, UnknownBenefit,
    SuspensionUntilInvalid, AppealOutOfOrder.
    """
    days.wait_for_debits(work)
    membership = memberships.lock(work, command.membership_id)
    if membership is None:
        raise UnknownMembership
    if membership.state is not MembershipState.ACTIVE:
        raise MembershipNotActive
    rulebook = rules.in_force(work, membership.scheme, membership.season)
    bar = bar_of(rulebook, command.benefits, command.until, work.today)
    imposed = Suspension(
        uuid.uuid4(), membership.membership_id, bar, command.reason, work.context.account_id, work.now
    ).with_letters(Letters(command.notified_on), work.today)
    suspensions.add(work, rules.cipher, imposed)
    work.audit("benefits_suspended", str(imposed.suspension_id), after=_codes(imposed))
    return imposed.suspension_id


def lift(work: Work, rules: Rules, suspension_id: UUID) -> None:
    """Raises UnknownSuspension, SuspensionAlreadyLifted."""
    suspension = _locked(work, rules, suspension_id)
    lifted = suspension.lifted(work.now, work.context.account_id)
    suspensions.save(work, lifted)
    work.audit("suspension_lifted", str(suspension_id), before=_codes(suspension), after=_codes(lifted))


def record_letters(work: Work, rules: Rules, suspension_id: UUID, letters: Letters) -> None:
    """The days of the letters as staff now know them. Raises UnknownSuspension, AppealOutOfOrder."""
    suspension = _locked(work, rules, suspension_id)
    told = suspension.with_letters(letters, work.today)
    suspensions.save(work, told)
    work.audit("suspension_letters_recorded", str(suspension_id), before=_codes(suspension), after=_codes(told))


def _locked(work: Work, rules: Rules, suspension_id: UUID) -> Suspension:
    suspension = suspensions.lock(work, rules.cipher, suspension_id)
    if suspension is None:
        raise UnknownSuspension
    return suspension


def _codes(suspension: Suspension) -> dict[str, object]:
    """The reason stays in its sealed column."""
    letters = suspension.letters
    told = {
        "notified_on": letters.notified_on,
        "appealed_on": letters.appealed_on,
        "answered_on": letters.answered_on,
    }
    return {
        "membership_id": str(suspension.membership_id),
        "benefits": sorted(suspension.bar.benefits),
        "until": suspension.bar.until.isoformat(),
        "lifted": suspension.lifted_at is not None,
    } | {name: day.isoformat() for name, day in told.items() if day}
