"""`diff`: what changes from one rulebook to another, in French words, with its article."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rulebooks import Catalogue
from rulebooks.__main__ import main
from rulebooks.authoring.differences import differences
from rulebooks.documents import Document

_FILE = Path("valmer") / "carte-jeune" / "2025-2026.yaml"

Changed = Callable[[str, str], list[str]]


def only_document(directory: Path) -> Document:
    catalogue = Catalogue.load(directory)
    (rulebook,) = catalogue.rulebooks()
    return catalogue.document(rulebook.hash)


@pytest.fixture
def changed(specimens: Path) -> Changed:
    """What `differences` tells once a text of the specimen is another."""
    before = only_document(specimens)

    def change(old: str, new: str) -> list[str]:
        path = specimens / _FILE
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
        return [" ".join(str(each).split()) for each in differences(before, only_document(specimens))]

    return change


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "{cents: 3000, source: §3.3}",
            "{cents: 3500, source: §3.3}",
            "Licence sportive, montant : 30 € → 35 € (§3.3)",
        ),
        ("{count: 5, source: §3.4}", "{count: 6, source: §3.4}", "Séances, montant : 5 tickets → 6 tickets (§3.4)"),
        (
            "closes_on: 2025-12-31",
            "closes_on: 2025-12-20",
            (
                "Équipement, période 1 : du 1er septembre 2025 au 31 décembre 2025 → "
                "du 1er septembre 2025 au 20 décembre 2025 (§3.2)"
            ),
        ),
        (
            "when: age >= 15",
            "when: age >= 14",
            (
                "Condition (age_minimum) : âge le jour de la demande : au moins 15 ans → "
                "âge le jour de la demande : au moins 14 ans (§2)"
            ),
        ),
        (
            "    - {id: rib, title: RIB, source: §4}\n",
            "",
            "Pièce (entreprise) : supprimé, RIB (§4)",
        ),
        (
            "    - {id: rib, title: RIB, source: §4}\n",
            "    - {id: rib, title: RIB, source: §4}\n    - {id: vat, title: Attestation de TVA, source: §4.1}\n",
            "Pièce (entreprise) : ajouté, Attestation de TVA (§4.1)",
        ),
        ("max_age_months: 3", "max_age_months: 6", "Pièce (entreprise) : de moins de 3 mois → de moins de 6 mois (§4)"),
        ("rhythm: monthly", "rhythm: weekly", "Rythme : chaque mois → chaque semaine, du lundi au dimanche (§6)"),
        (
            "{count: 2, source: §3.5}",
            "{count: 2, source: §3.5.1}",
            "Bons de formation, montant : l'article change, §3.5 → §3.5.1",
        ),
        (
            "{count: 2, source: §3.5}",
            "{count: 3, source: §3.5.1}",
            "Bons de formation, montant : 2 bons → 3 bons (§3.5 → §3.5.1)",
        ),
    ],
)
def test_a_change_is_one_sentence_with_its_article(changed: Changed, old: str, new: str, told: str) -> None:
    """Amounts, dates, conditions, documents, articles: each change is told, and no other."""
    assert changed(old, new) == [told]


def test_two_files_that_say_the_same_have_no_difference(changed: Changed) -> None:
    """A remark or another layout is no change."""
    assert changed("{cents: 3000, source: §3.3}", "{source: §3.3, cents: 3000} # the same") == []


def test_a_new_benefit_is_told_rule_by_rule(specimens: Path) -> None:
    """What comes with a benefit is all there, and nothing is said of the others."""
    after = only_document(specimens)
    before = Document(after.name, {**after.content, "benefits": after.content["benefits"][1:]}, {})
    found = [each for each in differences(before, after) if each.heading[0] == "Les avantages"]
    assert {each.heading[-1] for each in found} == {"Livres"}
    assert {each.what for each in found} == {"ajouté"}
    assert len(found) > 6


def test_the_command_compares_two_files_and_two_names(
    specimens: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each side is a file, or `authority/scheme/season`; with `--json`, one object a difference."""
    draft = tmp_path / "2025-2026.yaml"
    text = (specimens / _FILE).read_text(encoding="utf-8")
    draft.write_text(text.replace("{cents: 3000, source: §3.3}", "{cents: 3500, source: §3.3}"), encoding="utf-8")
    command = ["diff", "--directory", str(specimens), "valmer/carte-jeune/2025-2026"]
    assert main([*command, str(draft)]) == 0
    assert "1 différence(s)." in capsys.readouterr().out
    assert main([*command, str(draft), "--json"]) == 0
    (difference,) = json.loads(capsys.readouterr().out)
    assert (difference["before"], difference["after"], difference["source"]) == ("30\u00a0€", "35\u00a0€", "§3.3")
    assert main([*command, command[-1]]) == 0
    assert capsys.readouterr().out == "Aucune différence.\n"


def test_a_file_that_does_not_load_is_not_compared(
    specimens: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A draft with a mistake is told by its line, as `check` tells it."""
    draft = tmp_path / "2025-2026.yaml"
    text = (specimens / _FILE).read_text(encoding="utf-8")
    draft.write_text(text.replace("when: age >= 15", "when: agee >= 15"), encoding="utf-8")
    assert main(["diff", "--directory", str(specimens), "valmer/carte-jeune/2025-2026", str(draft)]) == 1
    assert "La donnée « agee » n'existe pas." in capsys.readouterr().err
