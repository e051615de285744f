"""A decision asks all its questions at once: it says what the same rules say, followed one comparison at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from rulebooks import PERSON, Catalogue, Decision, Facts, Reason, Rulebook
from rulebooks.authoring.samples import sample
from rulebooks.benefits import Amount, Benefit
from rulebooks.conditions import Condition, Predicate
from rulebooks.rulebook import Denial, Entitlement
from rulebooks.terms import Consent

RULEBOOKS = Catalogue.load().rulebooks()
PEOPLE, SEED = 2_000, 11
STEPS_TAKEN = ("charter_accepted", "identity_checked", "enrolment_validated")

Drawn = tuple[Mapping[str, object], date]


def people(rulebook: Rulebook, count: int) -> Iterator[Drawn]:
    """Drawn facts, with what the platform knows beside the rulebook's own conditions, on days around its window."""
    draw = random.Random(SEED)  # noqa: S311 - nothing is kept secret by it
    window, near = rulebook.join_window, timedelta(days=1)
    days = (window.opens_on - near, window.opens_on, window.opens_on, window.closes_on, window.closes_on + near)
    ids = [benefit.id for benefit in rulebook.benefits]
    had = sorted({key for benefit in rulebook.benefits for key in keys_of(benefit)})
    codes = [consent.code for consent in rulebook.consents]
    for line in sample(rulebook, count, SEED):
        lists = {"benefits_had": had, "exceptions_granted": ids, "guardian_consents": codes}
        known = {name: [value for value in values if draw.random() < 0.2] for name, values in lists.items()}
        taken = {name: draw.random() < 0.5 for name in STEPS_TAKEN}
        yield {**line.facts, **known, **taken}, draw.choice(days)


def keys_of(benefit: Benefit) -> Iterator[str]:
    yield benefit.once_key(None)
    yield from (benefit.once_key(amount.instalment) for amount in benefit.amounts)


def decided_one_by_one(rulebook: Rulebook, told: Mapping[str, object], on: date) -> Decision:
    """The decision as the règlement is read: each comparison alone, in the rulebook's order."""
    facts = Facts(PERSON, told)
    is_open, is_closed = rulebook.join_reasons
    reasons = [is_open if rulebook.join_window.contains(on) else is_closed, *asked(rulebook.eligibility, facts)]
    given = texts(facts, "guardian_consents")
    missing = [consent for consent in rulebook.consents if met(consent.test, facts) and consent.code not in given]
    granted: list[Entitlement] = []
    denials: list[Denial] = []
    for benefit in rulebook.benefits:
        amount = next((each for each in benefit.amounts if met(each.test, facts)), None)
        said = [*asked(benefit.conditions, facts), *without_condition(benefit, amount, facts)]
        if unmet := tuple(reason for reason in said if not reason.met):
            denials.append(Denial(benefit.id, unmet))
        else:
            granted.append(entitlement(benefit, amount, missing))
    accepted = all(reason.met for reason in reasons)
    if accepted and not granted:
        reasons += [reason for denial in denials for reason in denial.reasons]
    eligible = accepted and bool(granted)
    return Decision(
        eligible,
        tuple(reasons),
        tuple(granted) if eligible else (),
        tuple(steps(rulebook, facts, missing)),
        tuple(denials),
        rulebook.hash,
    )


def met(test: Predicate, facts: Facts) -> bool:
    """Explaining a test asks each of its comparisons by a program of its own."""
    return test.explained(facts).met


def texts(facts: Facts, name: str) -> Sequence[str]:
    value = facts.values[name]
    assert isinstance(value, list)
    return value


def asked(conditions: Sequence[Condition], facts: Facts) -> Iterator[Reason]:
    for each in conditions:
        if met(each.applies, facts):
            holds = met(each.test, facts)
            yield Reason(each.code, each.met if holds else each.unmet, each.source, holds)


def without_condition(benefit: Benefit, amount: Amount | None, facts: Facts) -> Iterator[Reason]:
    if amount is None and benefit.without_amount is not None:
        yield benefit.without_amount
    elif benefit.once_reasons is not None:
        allowed, refused = benefit.once_reasons
        key = f"{benefit.id}.{amount.instalment}" if amount and amount.instalment else benefit.id
        again = key in texts(facts, "benefits_had") and benefit.id not in texts(facts, "exceptions_granted")
        yield refused if again else allowed


def entitlement(benefit: Benefit, amount: Amount | None, missing: Sequence[Consent]) -> Entitlement:
    waits = tuple(consent.code for consent in missing if benefit.id in consent.benefits)
    uses = benefit.uses_granted(amount)
    if amount is None:
        return Entitlement(benefit.id, 0, uses, None, waits)
    return Entitlement(benefit.id, amount.amount_cents, uses, amount.instalment, waits)


def steps(rulebook: Rulebook, facts: Facts, missing: Sequence[Consent]) -> Iterator[str]:
    if rulebook.beneficiary_charter is not None and not facts.values["charter_accepted"]:
        yield "beneficiary_charter"
    if [consent for consent in missing if not consent.benefits]:
        yield "guardian_consent"
    if rulebook.identity_check and not facts.values["identity_checked"]:
        yield "identity_check"
    if rulebook.school_validation and not facts.values["enrolment_validated"]:
        yield "school_validation"
    if rulebook.fee is not None:
        yield "fee"


@pytest.mark.parametrize("rulebook", RULEBOOKS, ids=lambda rulebook: f"{rulebook.scheme}-{rulebook.edition}")
def test_all_at_once_says_what_one_by_one_says(rulebook: Rulebook) -> None:
    """Whoever asks, whichever day: reasons, entitlements, steps and denials are those of the rules read one by one."""
    for facts, on in people(rulebook, PEOPLE):
        assert rulebook.decide(facts, on) == decided_one_by_one(rulebook, facts, on), (facts, on)


def test_every_kind_and_section_says_the_same_both_ways(specimens: Path) -> None:
    """The specimen has every kind of benefit and every section of the language: nothing of it is asked differently."""
    (rulebook,) = Catalogue.load(specimens).rulebooks()
    for facts, on in people(rulebook, PEOPLE):
        assert rulebook.decide(facts, on) == decided_one_by_one(rulebook, facts, on), (facts, on)


def test_the_people_drawn_meet_each_answer() -> None:
    """Decisions that are all alike would compare nothing: some are granted, some wait, some are refused."""
    decisions = [rulebook.decide(*drawn) for rulebook in RULEBOOKS for drawn in people(rulebook, 200)]
    assert {decision.eligible for decision in decisions} == {True, False}
    assert any(decision.denials and decision.entitlements for decision in decisions)
    assert any(entitled.waits for decision in decisions for entitled in decision.entitlements)
    steps_left = {step for decision in decisions for step in decision.requires}
    assert steps_left >= {"beneficiary_charter", "school_validation"}


def test_what_is_had_only_once_is_refused_also_without_any_condition() -> None:
    """A benefit for everyone, whose one limit is that it comes once: whoever had it is refused, by that reason."""
    rulebook, benefit = next(
        (rulebook, benefit) for rulebook in RULEBOOKS for benefit in rulebook.benefits if benefit.once_reasons
    )
    for_all = replace(benefit, conditions=(), amounts=(Amount(1_000, "§1"),), without_amount=None)
    alone = replace(rulebook, benefits=(for_all,))
    (denial,) = alone.decide({"benefits_had": [benefit.id]}, date(2025, 9, 10)).denials
    assert benefit.once_reasons is not None
    assert denial == Denial(benefit.id, (benefit.once_reasons[1],))
    assert alone.decide({}, date(2025, 9, 10)).denials == ()
