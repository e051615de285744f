"""Facts that persons, schools and staff say, in the rulebooks' vocabulary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulebooks import PERSON
from services.identity.domain.facts import department_of_school, facts_of
from services.identity.domain.profiles import Person, Profile
from services.identity.domain.refusals import FactUnfit
from services.identity.domain.schooling import Schooling, fit_schooling
from services.identity.domain.told_facts import BY_PERSON, BY_SCHOOL, BY_STAFF, fit_facts, known
from tests.unit.identity.test_profiles import PROFILE


def test_staff_put_right_what_persons_say_and_alone_say_what_they_validate() -> None:
    """A schooling is the school's to say and the person's to declare; a proof that staff validate is nobody else's."""
    assert BY_SCHOOL < BY_PERSON < BY_STAFF
    assert {"validated_proofs", "guardian_consents", "residence_commune"} <= BY_STAFF - BY_PERSON
    assert set(PERSON) >= BY_STAFF


@pytest.mark.parametrize("commune", ["76540", "2A004", ""])
def test_a_residence_that_staff_put_right_is_a_commune(commune: str) -> None:
    """A code of the official list; nothing takes the correction away."""
    assert fit_facts([("residence_commune", commune)], BY_STAFF) == {"residence_commune": commune}


def test_a_residence_outside_the_official_list_is_refused() -> None:
    """Staff write no place that does not exist."""
    with pytest.raises(FactUnfit):
        fit_facts([("residence_commune", "99999")], BY_STAFF)


def test_staff_s_no_goes_before_a_person_s_yes() -> None:
    """What a person declares and staff find not to be so is not so, until the correction goes."""
    declared = Person("p", replace(PROFILE, facts={"disability": True}), identity_checked=True, version=1)
    corrected = declared.with_recorded({"disability": False})

    assert facts_of(declared)["disability"] is True
    assert facts_of(corrected)["disability"] is False
    assert facts_of(corrected.without_recorded("disability"))["disability"] is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sex", "X"),
        ("disability", "true"),
        ("disability", 1),
        ("validated_proofs", ["mission"]),
        ("study_sector", "<b>"),
        ("study_status", "lyceen"),
        ("identity_checked", True),
        ("age", 17),
        ("hair", "red"),
    ],
)
def test_a_person_says_what_is_theirs_to_say_in_its_type(name: str, value: object) -> None:
    """Another's fact, another type, a word outside the list and an unknown name are refused by the fact's name."""
    with pytest.raises(FactUnfit) as refused:
        fit_facts([(name, value)], BY_PERSON)  # type: ignore[list-item]
    assert refused.value.name == name


@pytest.mark.parametrize("codes", [["a b"], ["<b>"], ["x" * 65], [f"code{n}" for n in range(51)], [""]])
def test_codes_are_short_words_and_few(codes: list[str]) -> None:
    """A list of codes holds 50 words at most, without spaces or marks."""
    with pytest.raises(FactUnfit):
        fit_facts([("validated_proofs", codes)], BY_STAFF)


def test_lists_are_sorted_without_doubles_and_unknown_values_are_not_kept() -> None:
    """The same said otherwise is the same; what says nothing is nothing."""
    assert fit_facts([("validated_proofs", ["b", "a", "b"])], BY_STAFF) == {"validated_proofs": ["a", "b"]}
    assert known({"disability": False, "sex": "", "validated_proofs": [], "long_term_illness": True}) == {
        "long_term_illness": True
    }


def test_staff_take_away_what_they_recorded_and_leave_the_rest() -> None:
    """Facts that are not named stay; an empty list takes one away."""
    person = Person("p", PROFILE, True, 1, {"validated_proofs": ["a"], "guardian_consents": ["trip"]})
    assert person.with_recorded({"validated_proofs": []}).recorded == {"guardian_consents": ["trip"]}


def test_a_school_has_the_last_word_on_what_it_says() -> None:
    """A fact that the school names replaces the pupil's, one that it does not name stays."""
    asked = fit_schooling("premiere", "vocational", "", {"trade_family": True, "passerelle": True})
    corrected = asked.corrected("", "", "", {"passerelle": False})
    assert corrected == Schooling("premiere", "vocational", "", {"trade_family": True})
    with pytest.raises(FactUnfit):
        asked.corrected("", "", "", {"sex": "F"})


@pytest.mark.parametrize(
    ("uai", "department"),
    [("0140013N", "14"), ("0010001A", "01"), ("6200001G", "2A"), ("7200583H", "2B"), ("9740001A", "974")],
)
def test_an_establishments_number_begins_with_its_department(uai: str, department: str) -> None:
    """Three digits, with Corsica's own and those overseas."""
    assert department_of_school(uai) == department


def test_a_profile_without_facts_says_none() -> None:
    """Profiles of before have no facts."""
    assert Profile("A", ("B",), PROFILE.birth_date, "76540", "lyceen").facts == {}
