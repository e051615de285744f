"""A broken rulebook is refused at load: the file, the line, what is wrong, what to write instead."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from rulebooks import PARTNER, PERSON, Catalogue, Problem, RulebookProblems, Vocabulary
from rulebooks.__main__ import main
from rulebooks.checks import rulebook_problems
from rulebooks.documents import Where, read_document

SCHEME = "valmer/carte-jeune/2025-2026.yaml"
AUTHORITY = "valmer/authority.yaml"


class Breakage(NamedTuple):
    """What is written instead of what, and how the problem must read (`breakages.yaml`)."""

    old: str
    new: str
    sentence: str
    remedy: str
    after: int = 0
    also: tuple[str, ...] = ()


def breakages_of(schema: str) -> dict[str, Breakage]:
    stated = yaml.safe_load(Path(__file__).with_name("breakages.yaml").read_text(encoding="utf-8"))
    return {name: Breakage(**breakage) for name, breakage in stated[schema].items()}


BREAKAGES, AUTHORITY_BREAKAGES = breakages_of("rulebook"), breakages_of("authority")


def problems_of(directory: Path) -> tuple[Problem, ...]:
    with pytest.raises(RulebookProblems) as refused:
        Catalogue.load(directory)
    return refused.value.problems


def spoil(path: Path, breakage: Breakage) -> int:
    """Write the mistake (at its first place) and return the line on which it begins."""
    text = path.read_text(encoding="utf-8")
    at = text.index(breakage.old)
    path.write_text(text.replace(breakage.old, breakage.new, 1), encoding="utf-8")
    return text.count("\n", 0, at) + 1


def assert_told(problems: tuple[Problem, ...], file: str, line: int, breakage: Breakage) -> None:
    assert {problem.file for problem in problems} == {file}
    told = {problem.sentence: problem for problem in problems}
    assert set(told) == {breakage.sentence, *breakage.also}
    assert told[breakage.sentence].remedy.startswith(breakage.remedy)
    assert told[breakage.sentence].line == line + breakage.after


@pytest.mark.parametrize("breakage", BREAKAGES.values(), ids=BREAKAGES.keys())
def test_a_mistake_is_told_with_its_line_its_sentence_and_its_remedy(specimens: Path, breakage: Breakage) -> None:
    """Each mistake is told once, where it stands, with what to write instead, and nothing else is blamed."""
    line = spoil(specimens / SCHEME, breakage)
    assert_told(problems_of(specimens), SCHEME, line, breakage)


@pytest.mark.parametrize("breakage", AUTHORITY_BREAKAGES.values(), ids=AUTHORITY_BREAKAGES.keys())
def test_a_mistake_of_the_authority_is_told_in_its_file(specimens: Path, breakage: Breakage) -> None:
    """An authority's file is refused like a rulebook, with its own name and line."""
    line = spoil(specimens / AUTHORITY, breakage)
    assert_told(problems_of(specimens), AUTHORITY, line, breakage)


def test_the_specimens_load_as_they_are(specimens: Path) -> None:
    """A file without a mistake is not refused."""
    (rulebook,) = Catalogue.load(specimens).rulebooks()
    assert {benefit.kind for benefit in rulebook.benefits} == {
        "money",
        "tickets",
        "vouchers",
        "access",
        "transfer",
        "grant",
    }


def test_all_mistakes_of_all_files_come_in_one_report(specimens: Path) -> None:
    """An author mends everything after one run."""
    names = ("an unknown fact", "windows that overlap", "thresholds that fall", "an unknown rhythm")
    for name in names:
        spoil(specimens / SCHEME, BREAKAGES[name])
    spoil(specimens / AUTHORITY, AUTHORITY_BREAKAGES["an IBAN with a wrong key"])
    problems = problems_of(specimens)
    assert {problem.sentence for problem in problems} == {
        *(BREAKAGES[name].sentence for name in names),
        "La clé de cet IBAN est fausse.",
    }
    assert str(problems[0]).startswith("valmer/authority.yaml, ligne 10 : La clé")
    assert list(problems) == sorted(problems)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("closes_on: 2025-12-31, source: §3.2", "closes_on: 2026-01-31, source: §3.2"),
        ("{cents: 20000, instalment: first, ", "{cents: 20000, "),
        ("    windows:\n", "    windows: # a remark\n"),
        ("when: age >= 15", "when: 15 <= age"),
        ("when: age >= 15", "when: residence_region == study_region"),
        ("when: age >= 15", "when: '\"a\" in benefits_had'"),
        ("when: age >= 15", 'when: study_sector == "a in b == c"'),
        ("unit: {cents: 400, holder_cents: 100,", "unit: {cents: 400,"),
        ("    vouchers: {taken_by: [bookshop], source: §3.1}\n", "    vouchers: {taken_by: [school], source: §3.1}\n"),
    ],
)
def test_what_an_author_may_write_is_not_refused(specimens: Path, old: str, new: str) -> None:
    """False alarms are worse than none: windows that touch, a diploma paid in one go beside others, literals first."""
    path = specimens / SCHEME
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert len(Catalogue.load(specimens).rulebooks()) == 1


@pytest.mark.parametrize("vocabulary", [PERSON, PARTNER])
def test_conditions_are_tried_on_facts_that_somebody_may_have(vocabulary: Vocabulary) -> None:
    """One sample of whom nothing is known, one of whom everything is, both typed: neither is refused as facts."""
    nothing, everything = vocabulary.samples()
    assert all(vocabulary.complete(sample) == sample for sample in (nothing, everything))
    assert not any(nothing[name] == everything[name] for name in vocabulary)


JUNK: tuple[Any, ...] = (None, 3, "x", True, [], ["x"], [{}], {}, {"all": "x"}, {"all": [], "any": []})


def test_checks_bear_any_structure(specimens: Path) -> None:
    """Whatever stands anywhere, the checks tell or pass, so that the structure's own report comes beside theirs."""
    document, problems = read_document(specimens / SCHEME, SCHEME)
    assert document is not None
    assert problems == []
    places = list(places_of(document.content))
    assert len(places) >= 500
    told = 0
    for index, where in enumerate(places):
        content = copy.deepcopy(document.content)
        holder = content
        for part in where[:-1]:
            holder = holder[part]
        holder[where[-1]] = JUNK[index % len(JUNK)]
        told += len(list(rulebook_problems(replace(document, content=content), Path(SCHEME))))
    assert told > 0


def places_of(stated: Any, where: Where = ()) -> Iterator[Where]:
    inner = stated.items() if isinstance(stated, dict) else enumerate(stated) if isinstance(stated, list) else ()
    for name, value in inner:
        yield (*where, name)
        yield from places_of(value, (*where, name))


def test_two_files_of_one_content_are_refused(specimens: Path) -> None:
    """A decision names its rulebook by the hash of the content, which two schemes cannot share."""
    shutil.copytree((specimens / SCHEME).parent, specimens / "valmer" / "copie")
    (problem,) = problems_of(specimens)
    assert problem.file == "valmer/copie/2025-2026.yaml"
    assert problem.sentence == f"Ce fichier dit la même chose que « {SCHEME} »."


def test_a_folder_without_authority_is_refused(tmp_path: Path) -> None:
    """A directory named by mistake is told, not read as empty."""
    (problem,) = problems_of(tmp_path)
    assert "Aucune collectivité" in problem.sentence


def test_a_file_that_is_not_utf_8_is_refused(specimens: Path) -> None:
    """The remedy names the encoding."""
    (specimens / SCHEME).write_bytes("title: Région".encode("latin-1"))
    (problem,) = problems_of(specimens)
    assert "UTF-8" in problem.remedy


def test_an_empty_file_is_refused_as_a_whole(specimens: Path) -> None:
    """Nothing written is one mistake, on line 1."""
    (specimens / SCHEME).write_text("", encoding="utf-8")
    assert [problem.line for problem in problems_of(specimens)] == [1]


def test_bare_on_and_no_stay_words(specimens: Path) -> None:
    """YAML 1.1 reads a bare `on` as true, also as a key: here the report shows the author's own word."""
    spoil(specimens / SCHEME, Breakage("due_days: 15", "on: 15", "", ""))
    assert any("« on » n'existe pas" in problem.sentence for problem in problems_of(specimens))


def test_a_case_with_an_unknown_fact_fails_with_its_line(specimens: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong case is told like a wrong rulebook, and stops nothing else."""
    path = SCHEME.replace(".yaml", ".cases.yaml")
    line = spoil(specimens / path, Breakage("age: 15, ", "shoe_size: 42, ", "", ""))
    assert main(["test", "--directory", str(specimens)]) == 1
    told = capsys.readouterr().out
    assert "shoe_size: not in the vocabulary" in told
    assert f"ligne {line - 2}" in told
