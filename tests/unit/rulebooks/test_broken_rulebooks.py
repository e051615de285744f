"""A broken rulebook is refused at load: the file, the line, what is wrong, what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from rulebooks import Catalogue, Problem, RulebookProblems
from rulebooks.__main__ import main

CULTURE = "normandie/culture-sport/2025-2026.yaml"
BOOKS = "normandie/livres-equipement/2025-2026.yaml"
AUTHORITY = "normandie/authority.yaml"


class Breakage(NamedTuple):
    """What is written instead of what, and how the first problem must read."""

    file: str
    old: str
    new: str
    sentence: str
    remedy: str


BREAKAGES = {
    "an unknown fact": Breakage(
        CULTURE, "- age >= 15", "- aeg >= 15", "La donnée « aeg » n'existe pas.", "Données connues ici"
    ),
    "a person's fact in a partner's condition": Breakage(
        CULTURE, "when: projection_main_activity", "when: age >= 15", "« age » n'existe pas", "film_club"
    ),
    "a text compared with a number": Breakage(
        CULTURE, "- age >= 15", '- age >= "15"', '« age » ne peut pas valoir "15".', "un nombre entier"
    ),
    "an equality of two types, which CEL would call false": Breakage(
        CULTURE, 'residence_region == "28"', "residence_region == 28", "ne peut pas valoir 28", "guillemets"
    ),
    "a value outside the closed list": Breakage(
        BOOKS, 'study_status == "lyceen"', 'study_status == "lycéen"', 'valoir "lycéen"', "demandeur_emploi"
    ),
    "a value of a list outside the closed list": Breakage(
        BOOKS, '["general", "technological"]', '["general", "technologique"]', "technologique", "vocational"
    ),
    "two comparisons in one condition": Breakage(
        CULTURE, "- age >= 15", "- age >= 15 && age <= 25", "plus qu'une comparaison", "« all » ou « any »"
    ),
    "a condition that cannot be read": Breakage(
        CULTURE, "when: age <= 25", "when: age <=", "« age <= » ne se lit pas", "Écrivez une comparaison"
    ),
    "a condition that answers with a number": Breakage(
        CULTURE, "when: age <= 25", "when: age", "ne répond pas par oui ou par non", "du même type"
    ),
    "euros where cents are meant": Breakage(
        CULTURE, "{cents: 2000,", "{cents: 20,", "« cents » vaut 20 ; il faut au moins 100.", "3000 pour 30 €"
    ),
    "an amount with decimals": Breakage(
        CULTURE,
        "{cents: 2000,",
        "{cents: 2000.00,",
        'doit être un nombre entier, pas "2000.00".',
        "centimes entiers",
    ),
    "an amount with its currency": Breakage(
        CULTURE, "{cents: 2000,", "{cents: 20 €,", "doit être un nombre entier", "centimes entiers"
    ),
    "a benefit without accreditation category": Breakage(
        CULTURE, "    category: cinema\n", "", "Il manque « category » dans « benefits ».", "agrément"
    ),
    "a reference to a missing category": Breakage(
        CULTURE, "category: cinema", "category: musees", "L'agrément « musees » n'existe pas.", "pratique"
    ),
    "a window that ends before it starts": Breakage(
        CULTURE, "closes_on: 2026-05-31", "closes_on: 2025-05-31", "vient après", "dans l'ordre"
    ),
    "a spending window after the season's": Breakage(
        BOOKS,
        "window: {opens_on: 2025-07-01, closes_on: 2026-06-30",
        "window: {opens_on: 2025-07-01, closes_on: 2026-07-31",
        "(2026-07-31) vient après « season › spend_until » (2026-06-30)",
        "dans l'ordre",
    ),
    "a day that does not exist": Breakage(
        CULTURE,
        "closes_on: 2026-05-31",
        "closes_on: 2026-05-32",
        "« closes_on » n'a pas la forme",
        "2025-07-01",
    ),
    "a value without its source": Breakage(
        CULTURE,
        "dispute: {days: 30, appeal_months: 2, source: §4.3.2}",
        "dispute: {days: 30, appeal_months: 2}",
        "Il manque « source »",
        "règlement",
    ),
    "a source that is no article": Breakage(
        CULTURE, "appeal_months: 2, source: §4.3.2", "appeal_months: 2, source: oral", "« source » n'a pas la forme", "§3.1"
    ),
    "an unknown key": Breakage(
        BOOKS, "thresholds_percent: [", "steps: [", "« steps » n'existe pas à cet endroit.", "thresholds_percent"
    ),
    "an unknown rhythm": Breakage(BOOKS, "rhythm: weekly", "rhythm: daily", "valeurs possibles : weekly", "règlement"),
    "a key written twice": Breakage(
        BOOKS,
        "identity_check: {required: true, source: §3.1}",
        "identity_check: {required: true, source: §3.1}\nidentity_check: {required: false, source: §3.1}",
        "« identity_check » est écrit deux fois",
        "Gardez une seule",
    ),
    "yes where true is meant": Breakage(
        BOOKS, "{required: true,", "{required: yes,", 'doit être true ou false, pas "yes"', "true ou false"
    ),
    "vouchers without takers": Breakage(
        CULTURE, "    vouchers: {taken_by: [sport, art], source: §4.3.1}\n", "", "« voucher »", "les deux"
    ),
    "vouchers taken by an unknown activity": Breakage(
        CULTURE,
        "taken_by: [sport, art]",
        "taken_by: [sport, arts]",
        "« arts » n'existe pas",
        "film_projection",
    ),
    "a benefit's id used twice": Breakage(
        CULTURE,
        "- id: cinema\n    title: Cinéma\n    kind",
        "- id: spectacle\n    title: Cinéma\n    kind",
        "« spectacle » sert déjà d'identifiant",
        "un autre",
    ),
    "a season that is not the file's": Breakage(
        CULTURE, "name: 2025-2026", "name: 2026-2027", "ne porte pas le nom du fichier", "même nom"
    ),
    "once in the schooling without its sentences": Breakage(
        CULTURE,
        "once: {per: season, source: §3.1}",
        "once: {per: schooling, source: §3.1}",
        "Il manque « code »",
        "",
    ),
    "a sentence without its end": Breakage(
        CULTURE, "met: Vous n'avez pas encore 26 ans.", "met: moins de 26 ans", "« met »", "phrase complète"
    ),
    "broken YAML": Breakage(CULTURE, "  name: 2025-2026", "  name: [2025-2026", "ne se lit pas", "retraits"),
    "an IBAN with a wrong key": Breakage(
        AUTHORITY, "FR7630001007941234567890185", "FR7630001007941234567890186", "La clé de cet IBAN", "RIB"
    ),
    "an authority whose id is not its folder": Breakage(
        AUTHORITY, "id: normandie", "id: bretagne", "n'est pas le nom du dossier", "même nom"
    ),
}


def problems_of(directory: Path) -> tuple[Problem, ...]:
    with pytest.raises(RulebookProblems) as refused:
        Catalogue.load(directory)
    return refused.value.problems


def spoil(directory: Path, breakage: Breakage) -> int:
    """Write the mistake (at its first place) and return the line on which it begins."""
    path = directory / breakage.file
    text = path.read_text(encoding="utf-8")
    at = text.index(breakage.old)
    path.write_text(text.replace(breakage.old, breakage.new, 1), encoding="utf-8")
    return text.count("\n", 0, at) + 1


@pytest.mark.parametrize("breakage", BREAKAGES.values(), ids=BREAKAGES.keys())
def test_a_mistake_is_told_with_its_file_sentence_and_remedy(copied: Path, breakage: Breakage) -> None:
    spoil(copied, breakage)
    problems = problems_of(copied)
    assert {problem.file for problem in problems} == {breakage.file}
    assert any(breakage.sentence in each.sentence and breakage.remedy in each.remedy for each in problems)


@pytest.mark.parametrize(
    "name",
    [
        "an unknown fact",
        "euros where cents are meant",
        "an unknown key",
        "a day that does not exist",
        "a reference to a missing category",
        "a value outside the closed list",
        "a source that is no article",
    ],
)
def test_the_line_is_the_one_where_the_mistake_stands(copied: Path, name: str) -> None:
    line = spoil(copied, BREAKAGES[name])
    assert {problem.line for problem in problems_of(copied)} == {line}


def test_a_mistake_in_a_conditional_amount_list_is_told(copied: Path) -> None:
    path = copied / BOOKS
    text = path.read_text(encoding="utf-8")
    start, end = text.index("    without_amount:"), text.index("    once: {per: season")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    (problem,) = problems_of(copied)
    assert "Tous les montants ont une condition" in problem.sentence
    assert "without_amount" in problem.remedy


def test_all_mistakes_of_all_files_come_in_one_report(copied: Path) -> None:
    names = ("an unknown fact", "euros where cents are meant", "a reference to a missing category")
    for name in (*names, "an unknown rhythm", "an IBAN with a wrong key"):
        spoil(copied, BREAKAGES[name])
    problems = problems_of(copied)
    assert [problem.file for problem in problems] == [AUTHORITY, CULTURE, CULTURE, CULTURE, BOOKS]
    assert str(problems[0]).startswith("normandie/authority.yaml, ligne ")


def test_a_folder_without_authority_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path)
    assert "Aucune collectivité" in problem.sentence


def test_a_file_that_is_not_utf_8_is_refused(copied: Path) -> None:
    (copied / CULTURE).write_bytes("title: Région".encode("latin-1"))
    (problem,) = problems_of(copied)
    assert "UTF-8" in problem.remedy


def test_an_empty_file_is_refused_as_a_whole(copied: Path) -> None:
    (copied / CULTURE).write_text("", encoding="utf-8")
    assert [problem.line for problem in problems_of(copied)] == [1]


def test_bare_on_and_no_stay_words(copied: Path) -> None:
    """YAML 1.1 reads a bare `on` as true, also as a key: here the report shows the author's own word."""
    spoil(copied, Breakage(BOOKS, "  due_days: 15\n", "  on: 15\n", "", ""))
    assert any("« on » n'existe pas" in problem.sentence for problem in problems_of(copied))


def test_a_case_with_an_unknown_fact_fails_with_its_line(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = CULTURE.replace(".yaml", ".cases.yaml")
    line = spoil(copied, Breakage(path, "study_status: lyceen, identity_checked", "shoe_size: 42, age", "", ""))
    assert main(["test", "--directory", str(copied)]) == 1
    told = capsys.readouterr().out
    assert "shoe_size: not in the vocabulary" in told
    assert f"ligne {line - 3}" in told
