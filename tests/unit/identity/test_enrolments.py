"""Enrolments: what a school may answer, and how a pupil is recognised on a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.identity.domain.enrolments import Enrolment, EnrolmentState, Establishment, pupil_key
from services.identity.domain.facts import facts_of_schooling
from services.identity.domain.refusals import EnrolmentDecided, ReasonMissing, StudyCodeUnknown
from services.identity.domain.schooling import Schooling, fit_schooling

BORN = date(2009, 3, 14)
ASKED = Enrolment("e", "p", "livres", "2025-2026", "school", "0760001A", Schooling("seconde", "general"))
SCHOOL = Establishment("school", "0760001A", "mfr", "28")


def test_a_school_corrects_what_it_says_and_leaves_the_rest() -> None:
    corrected = ASKED.schooling.corrected("", "technological", "stav")

    assert ASKED.validate(corrected).schooling == Schooling("seconde", "technological", "stav")


def test_the_same_answer_again_is_the_same_enrolment() -> None:
    validated = ASKED.validate(ASKED.schooling)
    rejected = ASKED.reject("Inconnu dans nos listes.")

    assert validated.validate(ASKED.schooling) == validated
    assert rejected.reject("Inconnu dans  nos listes. ") == rejected


def test_another_answer_afterwards_is_refused() -> None:
    validated = ASKED.validate(ASKED.schooling)

    with pytest.raises(EnrolmentDecided):
        validated.reject("Trop tard.")
    with pytest.raises(EnrolmentDecided):
        validated.validate(Schooling("premiere", "general"))
    with pytest.raises(EnrolmentDecided):
        ASKED.reject("Non.").validate(ASKED.schooling)


@pytest.mark.parametrize("reason", ["", " \n "])
def test_a_rejection_says_why(reason: str) -> None:
    with pytest.raises(ReasonMissing):
        ASKED.reject(reason)
    assert ASKED.reject("Parti en juin.").state is EnrolmentState.REJECTED


@pytest.mark.parametrize(
    ("surname", "given_names"),
    [("Élan", "Zoé"), ("ELAN", "zoe"), ("E-LAN", "Zoé Marie"), (" élan ", "Zoé, Marie"), ("E LAN", "- Zoé")],
)
def test_accents_case_hyphens_and_further_given_names_do_not_part_a_pupil_from_the_list(
    surname: str, given_names: str
) -> None:
    assert pupil_key("s", "p", surname, given_names, BORN) == pupil_key("s", "p", "Élan", "Zoé", BORN)


@pytest.mark.parametrize(
    "other",
    [
        ("2024-2025", "p", "Élan", "Zoé", BORN),
        ("s", "q", "Élan", "Zoé", BORN),
        ("s", "p", "Élans", "Zoé", BORN),
        ("s", "p", "Élan", "Marie", BORN),
        ("s", "p", "Élan", "Zoé", date(2009, 3, 15)),
    ],
)
def test_another_season_school_name_or_birth_date_is_another_pupil(other: tuple[str, str, str, str, date]) -> None:
    assert pupil_key(*other) != pupil_key("s", "p", "Élan", "Zoé", BORN)


def test_differences_name_what_the_list_says_otherwise() -> None:
    asked = Schooling("seconde", "general", "")

    assert asked.differences(asked) == ()
    assert asked.differences(Schooling("premiere", "technological", "stav")) == (
        "level=premiere",
        "track=technological",
        "sector=stav",
    )
    assert Schooling("seconde", "general", "stav").differences(asked) == ()


@pytest.mark.parametrize(
    ("level", "track", "sector", "field"),
    [
        ("cp", "general", "", "level"),
        ("seconde", "magie", "", "track"),
        ("seconde", "general", "=1+1", "sector"),
        ("seconde", "general", "x" * 41, "sector"),
    ],
)
def test_codes_are_those_of_the_vocabulary(level: str, track: str, sector: str, field: str) -> None:
    with pytest.raises(StudyCodeUnknown) as refused:
        fit_schooling(level, track, sector)

    assert refused.value.field == field


def test_a_kind_of_establishment_that_no_rulebook_knows_counts_as_other() -> None:
    assert facts_of_schooling(ASKED, SCHOOL)["study_establishment_kind"] == "mfr"
    assert facts_of_schooling(ASKED, replace(SCHOOL, kind="conservatoire"))["study_establishment_kind"] == "other"
