"""Names, birth dates, and what a change means for the identity."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.person_names import LONGEST_NAME, fit_name
from services.identity.domain.profiles import Person, Profile, declare
from services.identity.domain.refusals import BirthDateUnfit, CommuneUnknown, NameUnfit, StudyStatusUnknown

TODAY = date(2025, 9, 1)
PROFILE = Profile("Dupecimen", ("Zoé", "Lou"), date(2009, 3, 14), "76540", "lyceen", "14118")


@pytest.mark.parametrize("name", ["Élan", "D'Exemple", "Brouillon-Lecroquis", "de la Maquette", "Nguyễn", "李"])
def test_names_of_all_kinds_are_fit(name: str) -> None:
    assert fit_name(name, "surname") == name


@pytest.mark.parametrize(
    "name", ["", "   ", "-", "12", "a\0b", "a\nb", "a\tb", "a\u202eb", "a\u200bb", "a\ud800b", "a\u2028b", "a" * 101]
)
def test_what_no_name_has_is_refused(name: str) -> None:
    with pytest.raises(NameUnfit) as refused:
        fit_name(name, "surname")

    assert refused.value.field == "surname"


def test_a_name_is_kept_composed_with_single_spaces() -> None:
    assert fit_name("  de   la  Maque\u0301e ", "surname") == "de la Maquée"


@given(st.text(max_size=150))
def test_whatever_is_sent_a_name_that_is_kept_is_clean_and_stays_as_it_is(text: str) -> None:
    try:
        name = fit_name(text, "surname")
    except NameUnfit:
        return
    assert 1 <= len(name) <= LONGEST_NAME
    assert name.isprintable()
    assert fit_name(name, "surname") == name


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"given_names": ()}, NameUnfit),
        ({"given_names": ("Zoé",) * 11}, NameUnfit),
        ({"birth_date": date(2025, 9, 2)}, BirthDateUnfit),
        ({"birth_date": date(1904, 12, 31)}, BirthDateUnfit),
        ({"residence_commune": ""}, CommuneUnknown),
        ({"study_commune": "76"}, CommuneUnknown),
        ({"study_status": ""}, StudyStatusUnknown),
    ],
)
def test_a_profile_that_cannot_be_is_refused(changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        declare(replace(PROFILE, **changes), TODAY)


@pytest.mark.parametrize("code", ["14000", "14999", "75101", "98901"])
@pytest.mark.parametrize("field", ["residence_commune", "study_commune"])
def test_a_commune_that_does_not_exist_is_refused_with_its_field(code: str, field: str) -> None:
    """A postal code, a code of a known department that no commune has, an arrondissement, a desert island."""
    with pytest.raises(CommuneUnknown) as refused:
        declare(replace(PROFILE, **{field: code}), TODAY)  # type: ignore[arg-type]  # both fields are texts

    assert refused.value.field == field


def test_somebody_born_today_and_somebody_who_studies_nowhere_are_possible() -> None:
    assert declare(replace(PROFILE, birth_date=TODAY, study_commune=""), TODAY).study_commune == ""


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({"residence_commune": "14118"}, True),
        ({"study_status": "apprenti"}, True),
        # A card writes them the same.
        ({"surname": "DUPÉCIMEN"}, True),
        ({"given_names": ("Zoe-Lou",)}, True),
        ({"given_names": ("Lou", "Zoé")}, False),
        ({"surname": "Labulle"}, False),
        ({"given_names": ("Zoé",)}, False),
        ({"birth_date": date(2009, 3, 15)}, False),
    ],
)
def test_only_other_names_and_birth_dates_undo_a_check(changes: dict[str, Any], stays: bool) -> None:
    """What a card cannot tell apart proves nothing anew."""
    person = Person("1", PROFILE, identity_checked=True, version=4)

    assert person.with_profile(replace(PROFILE, **changes)).identity_checked is stays


def test_nothing_that_is_declared_makes_an_identity_checked() -> None:
    person = Person("1", PROFILE, identity_checked=False, version=1)

    assert not person.with_profile(PROFILE).identity_checked
