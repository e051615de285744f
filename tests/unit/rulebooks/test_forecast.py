"""`forecast`: many people decided upon, a line each and the sum per benefit; bad lines stop nobody else."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rulebooks import Catalogue, Rulebook
from rulebooks.__main__ import main
from rulebooks.authoring.samples import sample

_HEADER = "id,born_on,study_status,study_track,study_level,sex,validated_proofs,disability\n"

Forecast = Callable[..., int]


@pytest.fixture
def specimen(specimens: Path) -> Rulebook:
    (rulebook,) = Catalogue.load(specimens).rulebooks()
    return rulebook


@pytest.fixture
def forecast(specimens: Path, tmp_path: Path) -> Forecast:
    """Run the command; the exit code. The lines are in `out.csv`."""

    def run(*options: str) -> int:
        where = ["--authority", "valmer", "--scheme", "carte-jeune", "--season", "2025-2026", "--on", "2025-09-10"]
        output = ["--output", str(tmp_path / "out.csv")]
        return main(["forecast", "--directory", str(specimens), *where, *output, *options])

    return run


def people(tmp_path: Path, text: str, name: str = "people.csv", encoding: str = "utf-8") -> list[str]:
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return ["--facts", str(path)]


def lines(tmp_path: Path) -> list[dict[str, str]]:
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_person_has_a_line_and_each_benefit_its_sum(
    forecast: Forecast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cents per benefit as the rulebook decides, unmet reasons by code, and what it costs in all."""
    rows = "anna,2009-01-01,lyceen,general,seconde,F,mission|other,oui\nbob,2012-01-01,lyceen,general,seconde,M,,\n"
    assert forecast(*people(tmp_path, _HEADER + rows), "--json") == 0
    anna, bob = lines(tmp_path)
    assert (anna["id"], anna["eligible"], anna["reasons"]) == ("anna", "true", "")
    assert (anna["livres_cents"], anna["equipement_cents"], anna["permis_cents"]) == ("5000", "20000", "20000")
    assert (bob["eligible"], bob["reasons"], bob["livres_cents"]) == ("false", "age_minimum", "")
    summed = json.loads(capsys.readouterr().out)
    costs = {each["benefit_id"]: each for each in summed["benefits"]}
    assert (summed["people"], summed["eligible"], summed["fee_cents"]) == (2, 1, 1000)
    assert (costs["livres"]["persons"], costs["livres"]["cents"]) == (1, 5000)
    assert costs["projet"]["ceiling"] is True
    assert summed["cents"] == sum(each["cents"] for each in costs.values() if not each["ceiling"])


def test_bad_lines_are_told_with_their_number_and_stop_nobody(
    forecast: Forecast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every other person is decided upon; the exit code says that some were not."""
    rows = "a,2009-01-01,lyceen,,,,,\nb,2009-01-01,pilote,,,,,\nc,2009\nd,hier,,,,,,\ne,2009-01-01,lyceen,,,,,\n"
    assert forecast(*people(tmp_path, _HEADER + rows)) == 1
    captured = capsys.readouterr()
    assert [line["id"] for line in lines(tmp_path)] == ["a", "e"]
    assert "ligne 3 : « study_status » ne peut pas valoir pilote" in captured.err
    assert "ligne 4 : Cette ligne a 2 colonnes, l'en-tête en a 8." in captured.err
    assert "ligne 5 : « born_on » : hier n'est pas un jour passé" in captured.err
    assert "3 lignes non lues." in captured.out


def test_json_lines_and_the_semicolons_of_spreadsheets_are_read(
    forecast: Forecast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same people in three forms have the same lines."""
    found = []
    semicolons = "\ufeffid;age;study_status\np;16;lyceen\n"
    for text, name in (
        ("id,age,study_status\np,16,lyceen\n", "p.csv"),
        (semicolons, "q.csv"),
        ('{"id": "p", "age": 16, "study_status": "lyceen"}\n\n', "p.jsonl"),
    ):
        assert forecast(*people(tmp_path, text, name)) == 0
        found.append(lines(tmp_path))
    assert found[0] == found[1] == found[2]
    assert found[0][0]["eligible"] == "true"
    assert forecast(*people(tmp_path, '{"age": 16\n[1]\n{"age": "x"}\n', "bad.jsonl")) == 1
    told = capsys.readouterr().err
    assert all(f"ligne {number} :" in told for number in (1, 2, 3))


def test_a_file_that_cannot_be_used_is_told_as_a_whole(
    forecast: Forecast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown columns, another encoding, no such file: a sentence each."""
    assert forecast(*people(tmp_path, "id,agee\na,15\n")) == 1
    assert "Colonnes inconnues : « agee »." in capsys.readouterr().err
    assert forecast(*people(tmp_path, "id,study_sector\na,é\n", encoding="latin-1")) == 1
    assert "UTF-8" in capsys.readouterr().err
    assert forecast("--facts", str(tmp_path / "nobody.csv")) == 1
    assert "ne se lit pas" in capsys.readouterr().err


def test_no_id_becomes_a_formula(forecast: Forecast, tmp_path: Path) -> None:
    """What a spreadsheet would run is written as a text."""
    assert forecast(*people(tmp_path, "id,age\n=1+1,16\n")) == 0
    assert lines(tmp_path)[0]["id"] == "'=1+1"


def test_a_sample_is_the_same_for_a_seed_and_can_be_kept(
    forecast: Forecast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """People drawn with one seed are the same people, also read back from the file that keeps them."""
    kept = tmp_path / "kept.csv"
    assert forecast("--sample", "60", "--seed", "4", "--keep", str(kept)) == 0
    first = lines(tmp_path)
    assert forecast("--sample", "60", "--seed", "4") == 0
    assert lines(tmp_path) == first
    assert forecast("--facts", str(kept)) == 0
    assert lines(tmp_path) == first
    assert forecast("--sample", "60", "--seed", "5") == 0
    assert lines(tmp_path) != first
    assert "60 personnes" in capsys.readouterr().out


def test_a_sample_meets_every_condition_and_misses_every_condition(specimen: Rulebook) -> None:
    """A forecast tried on people of one kind would show nothing."""
    on = specimen.join_window.opens_on
    decisions = [specimen.decide(line.facts, on) for line in sample(specimen, 300, seed=1)]
    assert {reason.code for decision in decisions for reason in decision.unmet} >= {"age_minimum", "status"}
    granted = {each.benefit_id for decision in decisions for each in decision.entitlements}
    assert granted == {benefit.id for benefit in specimen.benefits}


def test_progress_is_told_apart_from_the_result(
    forecast: Forecast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who waits for many people sees how far it is, on the error stream."""
    assert forecast(*people(tmp_path, "age\n" + "16\n" * 5_000), "--json") == 0
    captured = capsys.readouterr()
    assert "5\u202f000 personnes" in captured.err
    assert json.loads(captured.out)["people"] == 5_000
