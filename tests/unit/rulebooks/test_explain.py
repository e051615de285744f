"""`simulate --explain`: each condition, each comparison in it, the fact compared, met or not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rulebooks import PERSON, Catalogue, Facts, Rulebook
from rulebooks.authoring.explain import AMOUNT, CONDITION, CONSENT, explain, lines
from rulebooks.authoring.samples import sample
from rulebooks.conditions import ALWAYS, AllOf, AnyOf, Comparison, Explained, Predicate

ON = date(2025, 9, 10)
RULEBOOKS = Catalogue.load().rulebooks()


def comparison(expression: str) -> Predicate:
    return Comparison.compiled(expression)


def test_a_tree_shows_every_comparison_also_those_that_change_nothing() -> None:
    """Of an `any` that the first line decides, the second is shown too, with its fact."""
    test = AnyOf((comparison("age >= 15"), AllOf((comparison("enrolment_validated"), comparison('sex == "F"')))))
    told = test.explained(Facts(PERSON, {"age": 16, "sex": "F"}))
    assert told == Explained(
        True,
        "any",
        (
            Explained(True, expression="age >= 15", facts=(("age", 16),)),
            Explained(
                False,
                "all",
                (
                    Explained(False, expression="enrolment_validated", facts=(("enrolment_validated", False),)),
                    Explained(True, expression='sex == "F"', facts=(("sex", "F"),)),
                ),
            ),
        ),
    )


@pytest.mark.parametrize("rulebook", RULEBOOKS, ids=lambda rulebook: str(rulebook.scheme))
def test_what_is_explained_is_what_is_decided(rulebook: Rulebook) -> None:
    """On drawn people, the unmet conditions and the amounts taken are those of the decision."""
    on = rulebook.join_window.opens_on
    for line in sample(rulebook, 150, seed=3):
        decision, traces = rulebook.decide(line.facts, on), explain(rulebook, line.facts, on)
        unmet = {trace.code for trace in traces if not trace.benefit_id and trace.met is False and trace.of != CONSENT}
        own = {condition.code for condition in rulebook.eligibility} | {rulebook.join_reasons[0].code}
        assert unmet == {reason.code for reason in decision.unmet} & own
        taken = {trace.benefit_id for trace in traces if trace.of == AMOUNT and trace.sentence == "retenu"}
        facts = Facts(PERSON, line.facts)
        assert taken == {benefit.id for benefit in rulebook.benefits if benefit.amount(facts)}


@pytest.mark.parametrize("rulebook", RULEBOOKS, ids=lambda rulebook: str(rulebook.scheme))
def test_a_whole_test_answers_as_its_parts_do(rulebook: Rulebook) -> None:
    """A list of comparisons asked at once says what each of them says."""
    tests = [test for benefit in rulebook.benefits for test in benefit.tests]
    tests += [test for condition in rulebook.eligibility for test in condition.tests]
    for line in sample(rulebook, 100, seed=5):
        facts = Facts(PERSON, line.facts)
        assert [test.holds(facts) for test in tests] == [test.explained(facts).met for test in tests]


def test_no_test_concerns_everyone() -> None:
    """A condition without `if`, an amount without `when`: everyone, and nothing to explain."""
    assert ALWAYS.holds(Facts(PERSON, {}))
    assert ALWAYS.explained(Facts(PERSON, {})) == Explained(True, "all")
    assert not AnyOf(()).holds(Facts(PERSON, {}))


def test_the_lines_show_marks_facts_and_whom_a_condition_concerns(specimens: Path) -> None:
    """✓, ✗ or –, the comparison in words and the fact beside it, under the benefit's title."""
    (rulebook,) = Catalogue.load(specimens).rulebooks()
    told = "\n".join(lines(rulebook, explain(rulebook, {"age": 14, "study_status": "lyceen"}, ON)))
    assert "   ✗ age_minimum : Il faut avoir 15 ans. [§2]\n      ✗ âge le jour de la demande : au moins 15 ans" in told
    assert "[ici : 14]" in told
    assert "✓ statut : lycéen ou apprenti [ici : lycéen]" in told
    assert "\nLivres\n" in told
    assert "✗ guardian_of_ecus" in told


def test_a_condition_that_does_not_concern_somebody_says_so() -> None:
    """A condition with an `if` that does not hold is neither met nor not."""
    concerned = [
        (rulebook, condition)
        for rulebook in RULEBOOKS
        for condition in rulebook.eligibility
        if condition.applies != ALWAYS and not condition.applies.holds(Facts(PERSON, {}))
    ]
    assert concerned
    for rulebook, condition in concerned:
        (trace,) = (
            trace for trace in explain(rulebook, {}, ON) if trace.code == condition.code and trace.of == CONDITION
        )
        assert trace.met is None
        assert trace.applies is not None
        assert f"– {condition.code} : ne concerne pas cette personne" in "\n".join(lines(rulebook, (trace,)))
