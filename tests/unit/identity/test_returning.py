"""Last year's pupils, and where their schools are."""

from __future__ import annotations

import pytest

from rulebooks.territory import REGION_OF_DEPARTMENT, academy_of
from services.identity.domain.enrolments import season_before
from services.identity.domain.facts import department_of_school


@pytest.mark.parametrize(
    ("season", "before"), [("2025-2026", "2024-2025"), ("2000-2001", "1999-2000"), ("2025", ""), ("été 2025", "")]
)
def test_the_season_before_is_that_of_the_school_year_before(season: str, before: str) -> None:
    """A season that is not named after its years has none: nobody is returning then."""
    assert season_before(season) == before


@pytest.mark.parametrize(
    ("uai", "academy"),
    [
        ("0760001A", "Normandie"),
        ("0690001A", "Lyon"),
        ("6200001A", "Corse"),
        ("9740001A", "La Réunion"),
        ("9880001A", ""),
    ],
)
def test_a_school_is_in_the_academy_of_its_number_s_department(uai: str, academy: str) -> None:
    """The number begins with the department, the department has one academy."""
    assert academy_of(department_of_school(uai)) == academy


def test_every_department_that_is_in_a_region_has_an_academy() -> None:
    """Collectivities overseas, which are in no region, have none."""
    assert {department for department, region in REGION_OF_DEPARTMENT.items() if region} == {
        department for department in REGION_OF_DEPARTMENT if academy_of(department)
    }
