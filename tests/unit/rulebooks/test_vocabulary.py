"""Facts: ages on a day, unknown defaults, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from rulebooks import PARTNER, PERSON, InvalidFacts, Vocabulary, age_on


@pytest.mark.parametrize(
    ("born_on", "on", "age"),
    [
        (date(2010, 9, 1), date(2025, 8, 31), 14),
        (date(2010, 9, 1), date(2025, 9, 1), 15),
        (date(1999, 10, 10), date(2025, 10, 9), 25),
        (date(1999, 10, 10), date(2025, 10, 10), 26),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
        (date(2008, 2, 29), date(2024, 2, 28), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2025, 1, 1), date(2025, 1, 1), 0),
    ],
)
def test_age_is_whole_years_and_29_february_counts_on_1_march(born_on: date, on: date, age: int) -> None:
    assert age_on(born_on, on) == age


def test_age_before_birth_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="before the birth date"):
        age_on(date(2025, 1, 2), date(2025, 1, 1))


def test_facts_that_nobody_gave_are_unknown_with_their_type() -> None:
    facts = PERSON.complete({"age": 17})
    assert facts["age"] == 17
    assert facts["residence_region"] == ""
    assert facts["enrolment_validated"] is False
    assert facts["benefits_had"] == []


def test_sets_and_tuples_stand_for_lists() -> None:
    assert PERSON.complete({"benefits_had": frozenset({"b", "a"})})["benefits_had"] == ["a", "b"]


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        ({"shoe_size": 42}, "shoe_size: not in the vocabulary"),
        ({"age": "17"}, "age: expected int, got str"),
        ({"age": True}, "age: expected int, got bool"),
        ({"passerelle": 1}, "passerelle: expected bool, got int"),
        ({"study_status": "lycéen"}, "'lycéen' is not one of"),
        ({"benefits_had": [1]}, "benefits_had: expected a list of texts"),
    ],
)
def test_facts_outside_the_vocabulary_are_refused(facts: dict[str, object], complaint: str) -> None:
    with pytest.raises(InvalidFacts) as refused:
        PERSON.complete(facts)
    assert complaint in str(refused.value)


def test_all_complaints_come_at_once() -> None:
    with pytest.raises(InvalidFacts) as refused:
        PERSON.complete({"age": "17", "shoe_size": 42})
    assert len(refused.value.complaints) == 2


def test_a_list_of_closed_values_refuses_other_values() -> None:
    with pytest.raises(InvalidFacts, match="visitor"):
        PARTNER.complete({"partner_roles": ["service", "visitor"]})


@pytest.mark.parametrize("vocabulary", [PERSON, PARTNER])
def test_every_fact_says_what_it_means_in_english_and_french(vocabulary: Vocabulary) -> None:
    assert all(fact.meaning and fact.label for fact in vocabulary.values())
