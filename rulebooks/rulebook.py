"""The rulebook of one scheme and season, and the decision it takes on a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rulebooks.benefits import Amount, Benefit
from rulebooks.bons_plans import BonsPlans
from rulebooks.conditions import Condition, Predicate, Questions, Reason, Sheet, all_met, names_of
from rulebooks.errors import UnknownBenefit, UnknownCategory
from rulebooks.partners import Category, Hold
from rulebooks.schedule import Cancellation, Dispute, Payout, Window
from rulebooks.terms import Agreement, Budget, CardRules, Charter, Consent, Fee, Retention, SecretCode, Suspension
from rulebooks.vocabulary import PERSON


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A benefit that the person gets.

    `amount_cents`: credited, or a grant's ceiling; 0 for an access. `uses`: None where uses are not counted.
    `instalment`: its name where the benefit comes in several. `waits`: codes of the consents without which it is not
    credited.
    """

    benefit_id: str
    amount_cents: int
    uses: int | None = None
    instalment: str | None = None
    waits: tuple[str, ...] = ()


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
    `requires`: steps still to be taken, in order: `beneficiary_charter`, `guardian_consent`, `identity_check`,
    `school_validation`, `fee`.
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
class _Asked:
    """A benefit, and the places of its questions on the rulebook's sheet.

    `conditions`: the place of each, and the reason where it is not met. `amounts` and the `entitlements` to them: by
    the answer that stands at `amount_at`; the last is for none stated. `refusable`: whether anybody may be refused it.
    """

    benefit: Benefit
    conditions: tuple[tuple[int, Reason], ...]
    amount_at: int
    amounts: tuple[Amount | None, ...]
    entitlements: tuple[Entitlement, ...]
    refusable: bool

    @classmethod
    def of(cls, benefit: Benefit, questions: Questions) -> _Asked:
        conditions = tuple((questions.place(each.question), each.reasons[0]) for each in benefit.conditions)
        amount_at = questions.place(benefit.amount_question)
        amounts = (*benefit.amounts, None)
        entitlements = tuple(_entitlement(benefit, amount) for amount in amounts)
        refusable = bool(conditions or benefit.without_amount or benefit.once_reasons)
        return cls(benefit, conditions, amount_at, amounts, entitlements, refusable)

    def unmet(self, answers: Sequence[int], known: Mapping[str, Any]) -> list[Reason]:
        unmet = [reason for at, reason in self.conditions if not answers[at]]
        last = self.benefit.last_reason(known, self.amounts[answers[self.amount_at]])
        if last is not None and not last.met:
            unmet.append(last)
        return unmet


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one scheme for one season, in one version. All days are inclusive.

    `hash`: sha256 (hex) of the canonical content: same words, same hash, whatever the layout.
    `counts_from`: the first day of a later version, None for the season's first; `applies_to_members`: whether it is
    also for members of an earlier version.
    `join_window`: days on which a request may be made. `settle_until`: a request complete by the end of
    the join window may be validated and cashed until then.
    `identity_check`: the document is checked on line. `consents`: what guardians must authorise.
    `partner_roles`: roles that the scheme knows (`service`, `establishment`, `relay`).
    `facts_named`: the facts of a person that it asks for.
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
    holds: tuple[Hold, ...]
    cancellation: Cancellation
    dispute: Dispute
    charter: Charter
    partner_roles: frozenset[str]
    card: CardRules
    budget: Budget
    retention: Retention
    counts_from: date | None = None
    applies_to_members: bool = False
    beneficiary_charter: Charter | None = None
    consents: tuple[Consent, ...] = ()
    secret_code: SecretCode | None = None
    suspension: Suspension | None = None
    agreement: Agreement | None = None
    bons_plans: BonsPlans | None = None
    facts_named: frozenset[str] = field(init=False, repr=False, compare=False)
    _sheet: Sheet = field(init=False, repr=False, compare=False)
    _eligibility: tuple[tuple[int, tuple[Reason, Reason, None]], ...] = field(init=False, repr=False, compare=False)
    _benefits: tuple[_Asked, ...] = field(init=False, repr=False, compare=False)
    _consents: tuple[tuple[int, Consent], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        questions = Questions()
        eligibility = tuple((questions.place(each.question), each.reasons) for each in self.eligibility)
        benefits = tuple(_Asked.of(benefit, questions) for benefit in self.benefits)
        consents = tuple((questions.place(each.test.expression), each) for each in self.consents)
        object.__setattr__(self, "_eligibility", eligibility)
        object.__setattr__(self, "_benefits", benefits)
        object.__setattr__(self, "_consents", consents)
        object.__setattr__(self, "_sheet", questions.sheet())
        object.__setattr__(self, "facts_named", names_of(self._tests()))

    @property
    def edition(self) -> str:
        """The name of its file: the season, and the day from which a later version counts."""
        return f"{self.season}@{self.counts_from}" if self.counts_from else self.season

    def decide(self, facts: Mapping[str, object], on: date) -> Decision:
        """Decide for a person on `on`, the day of the request (also when it is validated later).

        `facts`: names and types of `vocabulary.PERSON`; those missing count as not known.
        Raises InvalidFacts.
        """
        known = PERSON.complete(facts)
        answers = self._sheet.answers(known)
        missing = self._missing(answers, known)
        reasons = self._reasons(answers, on)
        granted, denials = self._benefits_of(answers, known, missing)
        met = all_met(reasons)
        if met and not granted:
            reasons += tuple(reason for denial in denials for reason in denial.reasons)
        eligible, requires = met and bool(granted), self._requires(known, missing)
        return Decision(eligible, reasons, granted if eligible else (), requires, denials, self.hash)

    def consents_missing(self, facts: Mapping[str, object]) -> tuple[Consent, ...]:
        """What guardians must still authorise for a person of these facts. Raises InvalidFacts."""
        known = PERSON.complete(facts)
        return self._missing(self._sheet.answers(known), known)

    def may_settle(self, requested_on: date, on: date) -> bool:
        """Whether a request complete on `requested_on` may still be validated or cashed on `on`."""
        return self.join_window.contains(requested_on) and on <= self.settle_until

    @property
    def card_last_day(self) -> date | None:
        """Of a card on paper or plastic made under it; None where it goes on into later seasons."""
        return None if self.card.kept else self.spend_until

    def asks_code(self, channel: str) -> bool:
        """Whether the holder's secret code is asked for by this channel."""
        return self.secret_code is not None and channel in self.secret_code.asked_by

    def needs_code(self, channel: str) -> bool:
        """Whether this channel is refused until the holder has chosen a secret code."""
        return self.secret_code is not None and channel in self.secret_code.asked_by | self.secret_code.needed_by

    def holds_on(self, category: str) -> tuple[Hold, ...]:
        """What may keep back the payouts of this category."""
        return tuple(hold for hold in self.holds if hold.concerns(category))

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

    def _tests(self) -> Iterator[Predicate]:
        """All that it asks of a person."""
        yield from (test for condition in self.eligibility for test in condition.tests)
        yield from (test for benefit in self.benefits for test in benefit.tests)
        yield from (consent.test for consent in self.consents)

    def _missing(self, answers: Sequence[int], known: Mapping[str, Any]) -> tuple[Consent, ...]:
        return tuple([consent for at, consent in self._consents if answers[at] and not consent.is_given(known)])

    def _window_reason(self, on: date) -> Reason:
        is_open, is_closed = self.join_reasons
        return is_open if self.join_window.contains(on) else is_closed

    def _reasons(self, answers: Sequence[int], on: date) -> tuple[Reason, ...]:
        own = [reason for at, reasons in self._eligibility if (reason := reasons[answers[at]]) is not None]
        return (self._window_reason(on), *own)

    def _benefits_of(
        self, answers: Sequence[int], known: Mapping[str, Any], missing: Sequence[Consent]
    ) -> tuple[tuple[Entitlement, ...], tuple[Denial, ...]]:
        granted: list[Entitlement] = []
        denials: list[Denial] = []
        for asked in self._benefits:
            if asked.refusable and (unmet := asked.unmet(answers, known)):
                denials.append(Denial(asked.benefit.id, tuple(unmet)))
            else:
                entitled = asked.entitlements[answers[asked.amount_at]]
                granted.append(_waiting(entitled, missing) if missing else entitled)
        return tuple(granted), tuple(denials)

    def _requires(self, known: Mapping[str, Any], missing: Sequence[Consent]) -> tuple[str, ...]:
        steps = {
            "beneficiary_charter": self.beneficiary_charter is not None and not known["charter_accepted"],
            "guardian_consent": any(not consent.benefits for consent in missing),
            "identity_check": self.identity_check and not known["identity_checked"],
            "school_validation": self.school_validation and not known["enrolment_validated"],
            "fee": self.fee is not None,
        }
        return tuple([step for step, needed in steps.items() if needed])


def _waiting(entitled: Entitlement, missing: Sequence[Consent]) -> Entitlement:
    waits = tuple(consent.code for consent in missing if entitled.benefit_id in consent.benefits)
    return replace(entitled, waits=waits) if waits else entitled


def _entitlement(benefit: Benefit, amount: Amount | None) -> Entitlement:
    amount_cents, instalment = (amount.amount_cents, amount.instalment) if amount else (0, None)
    return Entitlement(benefit.id, amount_cents, benefit.uses_granted(amount), instalment)
