"""The rulebook of one scheme and season, and the decision it takes on a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rulebooks.conditions import Condition, Facts, Reason, all_met, reasons_for
from rulebooks.errors import UnknownBenefit, UnknownCategory
from rulebooks.model import Benefit, Category, Charter, Fee
from rulebooks.schedule import Cancellation, Payout, Window
from rulebooks.vocabulary import PERSON


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A benefit that the person gets, in cents."""

    benefit_id: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Denial:
    """A benefit that the person does not get; `reasons` are those that are not met."""

    benefit_id: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rulebook says about one person on one day.

    `eligible`: every reason is met and at least one benefit is granted.
    `reasons`: the scheme's conditions; where they are met but no benefit is granted, the benefits'
    unmet reasons follow. `entitlements` is empty unless `eligible`.
    `requires`: steps still to be taken, in order: `identity_check`, `school_validation`, `fee`.
    `rulebook_hash`: to be stored with the decision, so that it can be replayed.
    """

    eligible: bool
    reasons: tuple[Reason, ...]
    entitlements: tuple[Entitlement, ...]
    requires: tuple[str, ...]
    denials: tuple[Denial, ...]
    rulebook_hash: str

    @property
    def unmet(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if not reason.met)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one scheme for one season. All days are inclusive.

    `hash`: sha256 (hex) of the canonical content: same words, same hash, whatever the layout.
    `join_window`: days on which a request may be made. `settle_until`: a request complete by the end of
    the join window may be validated and cashed until then. `dispute_days`: days that a partner has,
    counted from the day after the transfer's value date.
    `partner_roles`: roles that the scheme knows (`service`, `establishment`, `relay`).
    """

    authority_id: str
    scheme: str
    season: str
    title: str
    document: str
    hash: str
    starts_on: date
    ends_on: date
    join_window: Window
    join_reasons: tuple[Reason, Reason]
    spend_until: date
    settle_until: date
    identity_check: bool
    school_validation: bool
    fee: Fee | None
    eligibility: tuple[Condition, ...]
    benefits: tuple[Benefit, ...]
    categories: tuple[Category, ...]
    payout: Payout
    cancellation: Cancellation
    dispute_days: int
    charter: Charter
    partner_roles: frozenset[str]

    def decide(self, facts: Mapping[str, object], on: date) -> Decision:
        """Decide for a person on `on`, the day of the request (also when it is validated later).

        `facts`: names and types of `vocabulary.PERSON`; those missing count as not known.
        Raises InvalidFacts.
        """
        known = Facts(PERSON, facts)
        reasons = (self._window_reason(on), *reasons_for(self.eligibility, known))
        granted, denials = self._benefits_of(known)
        if all_met(reasons) and not granted:
            reasons += tuple(reason for denial in denials for reason in denial.reasons)
        eligible = all_met(reasons)
        return Decision(eligible, reasons, granted if eligible else (), self._requires(known), denials, self.hash)

    def may_settle(self, requested_on: date, on: date) -> bool:
        """Whether a request complete on `requested_on` may still be validated or cashed on `on`."""
        return self.join_window.contains(requested_on) and on <= self.settle_until

    def benefit(self, benefit_id: str) -> Benefit:
        """Raises UnknownBenefit."""
        for benefit in self.benefits:
            if benefit.id == benefit_id:
                return benefit
        raise UnknownBenefit(benefit_id)

    def category(self, category_id: str) -> Category:
        """Raises UnknownCategory."""
        for category in self.categories:
            if category.id == category_id:
                return category
        raise UnknownCategory(category_id)

    def _window_reason(self, on: date) -> Reason:
        is_open, is_closed = self.join_reasons
        return is_open if self.join_window.contains(on) else is_closed

    def _benefits_of(self, facts: Facts) -> tuple[tuple[Entitlement, ...], tuple[Denial, ...]]:
        granted: list[Entitlement] = []
        denials: list[Denial] = []
        for benefit in self.benefits:
            unmet = tuple(reason for reason in benefit.reasons(facts) if not reason.met)
            amount_cents = benefit.amount_cents(facts)
            if unmet or amount_cents is None:
                denials.append(Denial(benefit.id, unmet))
            else:
                granted.append(Entitlement(benefit.id, amount_cents))
        return tuple(granted), tuple(denials)

    def _requires(self, facts: Facts) -> tuple[str, ...]:
        steps = {
            "identity_check": self.identity_check and not facts.values["identity_checked"],
            "school_validation": self.school_validation and not facts.values["enrolment_validated"],
            "fee": self.fee is not None,
        }
        return tuple(step for step, needed in steps.items() if needed)
