"""The communes of France, by their INSEE code and by their postal codes."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from rulebooks import communes
from rulebooks.build_communes import communes_of, text_of
from rulebooks.communes import FILE, Commune, by_code, by_postal_code
from rulebooks.territory import REGION_OF_DEPARTMENT, department_of, is_commune_code


@cache
def _every_commune() -> tuple[Commune, ...]:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    parts = (line.split(",") for line in lines[1:])
    return tuple(Commune(code, name, tuple(postal_codes.split())) for code, name, postal_codes in parts)


@pytest.mark.parametrize(
    ("code", "name", "postal_codes"),
    [
        ("14118", "Caen", ("14000",)),
        ("76540", "Rouen", ("76000", "76100")),
        ("2A004", "Ajaccio", ("20000", "20090", "20167")),
        ("97411", "Saint-Denis", ("97400", "97417", "97490")),
        ("98818", "Nouméa", ("98800",)),
    ],
)
def test_a_commune_is_known_by_its_code(code: str, name: str, postal_codes: tuple[str, ...]) -> None:
    assert by_code(code) == Commune(code, name, postal_codes)


@pytest.mark.parametrize(
    "code", ["", "14", "14000", "1411", "141180", "14118,", "14118,Caen", "99999", "Caen", "code", "75101", "98901"]
)
def test_what_is_no_commune_s_code_is_none(code: str) -> None:
    """Nor an arrondissement, nor an island where nobody lives, nor a line of the file."""
    assert by_code(code) is None


def test_communes_of_a_postal_code_are_sorted_by_name_without_regard_to_accents() -> None:
    names = [commune.name for commune in by_postal_code("14610")]

    assert names.index("Colomby-Anguerny") < names.index("Épron") < names.index("Fontaine-Henry")
    assert len(names) == 9


@pytest.mark.parametrize("postal_code", ["", "1400", "14999", "14118", "14 000", "Caen"])
def test_an_unknown_postal_code_has_no_commune(postal_code: str) -> None:
    assert by_postal_code(postal_code) == ()


@pytest.mark.parametrize(
    ("postal_code", "commune"),
    [("75001", "75056"), ("75116", "75056"), ("75020", "75056"), ("69009", "69123"), ("13016", "13055")],
)
def test_a_city_of_arrondissements_is_one_commune(postal_code: str, commune: str) -> None:
    assert [found.code for found in by_postal_code(postal_code)] == [commune]


def test_every_commune_lies_in_a_known_department_and_is_found_both_ways() -> None:
    every = _every_commune()

    assert len(every) == len({commune.code for commune in every}) > 34_900
    assert {department_of(commune.code) for commune in every} == set(REGION_OF_DEPARTMENT)
    assert all(is_commune_code(commune.code) for commune in every)
    assert all(by_code(commune.code) == commune for commune in every)
    postal_codes = {postal_code for commune in every for postal_code in commune.postal_codes}
    assert all(len(postal_code) == 5 and postal_code.isdigit() for postal_code in postal_codes)
    found = {(postal_code, commune.code) for postal_code in postal_codes for commune in by_postal_code(postal_code)}
    assert found == {(postal_code, commune.code) for commune in every for postal_code in commune.postal_codes}


def test_within_a_postal_code_no_two_communes_have_the_same_name() -> None:
    """A name is enough to choose by."""
    for postal_code in {postal_code for commune in _every_commune() for postal_code in commune.postal_codes}:
        names = [commune.name for commune in by_postal_code(postal_code)]
        assert len(names) == len(set(names)), postal_code


def test_the_file_names_its_source_and_its_licence() -> None:
    head = [line for line in FILE.read_text(encoding="utf-8").splitlines()[:5] if line.startswith("#")]

    assert "@etalab/decoupage-administratif" in head[1]
    assert "Licence Ouverte 2.0" in head[2]


def _entry(code: str, name: str, *postal_codes: str, kind: str = "commune-actuelle") -> dict[str, Any]:
    return {"code": code, "nom": name, "type": kind, "codesPostaux": list(postal_codes)}


def test_the_file_is_made_of_communes_that_exist_and_are_lived_in() -> None:
    entries = [
        _entry("76540", "Rouen", "76100", "76000"),
        _entry("14118", "Caen", "14000"),
        _entry("01015", "Arbignieu", kind="commune-deleguee"),
        _entry("75101", "Paris 1er Arrondissement", "75001", kind="arrondissement-municipal"),
        _entry("98901", "Île de Clipperton", "98799"),
    ]

    made = communes_of(entries)

    assert made == [Commune("14118", "Caen", ("14000",)), Commune("76540", "Rouen", ("76000", "76100"))]
    assert text_of(made, "1.0.0").splitlines()[3:] == [communes.HEADING, "14118,Caen,14000", "76540,Rouen,76000 76100"]


@pytest.mark.parametrize(
    "entry",
    [_entry("96001", "Nullepart", "96000"), _entry("14118", "Caen, Calvados", "14000"), _entry("14118", "Caen")],
)
def test_a_commune_that_cannot_be_placed_or_found_is_not_written(entry: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=entry["code"]):
        communes_of([entry])
