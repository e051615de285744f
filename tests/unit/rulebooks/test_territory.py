"""Communes, departments, regions."""

from __future__ import annotations

import pytest

from rulebooks.territory import REGION_OF_DEPARTMENT, department_of, is_commune_code, region_of


@pytest.mark.parametrize(
    ("commune", "department", "region"),
    [
        ("76540", "76", "28"),
        ("14118", "14", "28"),
        ("75056", "75", "11"),
        ("2A004", "2A", "94"),
        ("01004", "01", "84"),
        ("97411", "974", "04"),
        ("98818", "988", ""),
    ],
)
def test_a_commune_lies_in_its_department_and_region(commune: str, department: str, region: str) -> None:
    assert is_commune_code(commune)
    assert (department_of(commune), region_of(commune)) == (department, region)


@pytest.mark.parametrize(
    "code", ["", "7654", "765400", "20004", "96001", "00001", "2C001", "97901", "Rouen", "７６540"]
)
def test_what_is_no_commune_is_known_as_such(code: str) -> None:
    assert not is_commune_code(code)


def test_every_department_has_its_region() -> None:
    regions = {region for region in REGION_OF_DEPARTMENT.values() if region}

    assert len(regions) == 18
    assert len([department for department, region in REGION_OF_DEPARTMENT.items() if region]) == 101
