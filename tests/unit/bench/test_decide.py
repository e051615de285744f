"""The peer of `decide`: the lambdas that it times ask what the rulebook asks."""

from __future__ import annotations

import pytest

from bench.decide import biggest, lambdas_of, source_of, translated, who_gets_most
from rulebooks import PERSON, Catalogue, Facts, Rulebook
from rulebooks.authoring.samples import sample
from rulebooks.conditions import Predicate

RULEBOOKS = Catalogue.load().rulebooks()


def asked_by(rulebook: Rulebook) -> list[Predicate]:
    of_scheme = [test for condition in rulebook.eligibility for test in condition.tests]
    return [*of_scheme, *(test for benefit in rulebook.benefits for test in benefit.tests)]


@pytest.mark.parametrize("rulebook", RULEBOOKS, ids=lambda rulebook: str(rulebook.scheme))
def test_a_translated_test_answers_as_the_rulebook_does(rulebook: Rulebook) -> None:
    """A peer that asked other questions would be no peer: on drawn people, both answer the same."""
    tests = asked_by(rulebook)
    lambdas = [eval(f"lambda f: {source_of(test)}") for test in tests]  # noqa: S307 - the bench's own generated code
    for line in sample(rulebook, 200, seed=7):
        facts = Facts(PERSON, line.facts)
        assert [test.holds(facts) for test in tests] == [made(facts.values) for made in lambdas]


def test_each_form_of_a_comparison_is_translated() -> None:
    """Every operator that a condition may use has its Python form."""
    assert translated('!("a" in benefits_had)') == ' not ("a" in f["benefits_had"])'
    assert translated('study_level != "seconde"') == 'f["study_level"] != "seconde"'
    assert translated("size(benefits_had) >= 2") == 'len(f["benefits_had"]) >= 2'
    assert translated('residence_commune.startsWith("14")') == 'f["residence_commune"].startswith("14")'
    assert translated("disability == true") == 'f["disability"] == True'


def test_the_biggest_rulebook_is_decided_for_somebody_who_gets_benefits() -> None:
    """The bench times a decision that grants, by the rulebook that grants most kinds of things."""
    rulebook = biggest(Catalogue.load())
    assert len(rulebook.benefits) == max(len(each.benefits) for each in RULEBOOKS)
    on = rulebook.join_window.opens_on
    granted = rulebook.decide(who_gets_most(rulebook, on), on).entitlements
    assert len(granted) > len(rulebook.benefits) / 2
    assert len(list(lambdas_of(rulebook))) >= len(rulebook.eligibility)
