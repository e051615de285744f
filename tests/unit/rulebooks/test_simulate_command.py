"""`simulate`: one person's decision in full, as data and in French, by the function that the services call."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rulebooks import Catalogue, Rulebook
from rulebooks.__main__ import main
from rulebooks.answers import answer
from rulebooks.schedule import Payout

ON = date(2025, 9, 10)
FACTS: dict[str, object] = {"age": 16, "study_status": "lyceen", "study_track": "general", "study_level": "seconde"}

Simulate = Callable[..., int]


@pytest.fixture
def simulate(specimens: Path, tmp_path: Path) -> Simulate:
    """Run the command on facts written to a file; the exit code."""

    def run(facts: str, *options: str, on: str = ON.isoformat()) -> int:
        path = tmp_path / "facts.yaml"
        path.write_text(facts, encoding="utf-8")
        where = ["--authority", "valmer", "--scheme", "carte-jeune", "--season", "2025-2026"]
        return main(["simulate", "--directory", str(specimens), *where, "--on", on, "--facts", str(path), *options])

    return run


@pytest.fixture
def specimen(specimens: Path) -> Rulebook:
    (rulebook,) = Catalogue.load(specimens).rulebooks()
    return rulebook


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_the_command_says_what_the_rulebook_decides(
    simulate: Simulate, specimen: Rulebook, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eligibility, reasons, steps, amounts and denials are those of `decide`, with the hash of the text."""
    assert simulate(json.dumps(FACTS), "--json") == 0
    found, decision = told(capsys), specimen.decide(FACTS, ON)
    assert found["eligible"] is decision.eligible is True
    assert [reason["code"] for reason in found["reasons"]] == [reason.code for reason in decision.reasons]
    assert found["requires"] == list(decision.requires)
    assert {each["id"]: (each["amount_cents"], each["uses"]) for each in found["benefits"]} == {
        each.benefit_id: (each.amount_cents, each.uses) for each in decision.entitlements
    }
    assert {each["id"]: each["reasons"][0]["code"] for each in found["denials"]} == {"permis": "no_proof"}
    assert found["rulebook"]["hash"] == specimen.hash
    assert found["fee_cents"] == 1000


def test_a_birth_date_stands_for_the_age(simulate: Simulate, capsys: pytest.CaptureFixture[str]) -> None:
    """`born_on` gives the age on the day of the question: the eve of the 15th birthday is too early."""
    facts = "study_status: lyceen\nborn_on: 2010-09-10"
    assert simulate(facts, "--json", on="2025-09-09") == 0
    assert told(capsys)["eligible"] is False
    assert simulate(facts, "--json", on="2025-09-10") == 0
    assert told(capsys)["eligible"] is True


def test_each_benefit_tells_how_it_is_used(simulate: Simulate, capsys: pytest.CaptureFixture[str]) -> None:
    """Unit and share, instalment, waits, windows, last day, channels with their code, top-ups, a sentence a kind."""
    assert simulate(json.dumps({**FACTS, "sex": "F", "validated_proofs": ["mission"]}), "--json") == 0
    benefits = {each["id"]: each for each in told(capsys)["benefits"]}
    assert (benefits["seances"]["unit_cents"], benefits["seances"]["holder_cents"]) == (400, 100)
    assert benefits["equipement"]["instalment"] == "first"
    assert len(benefits["equipement"]["windows"]) == 2
    assert benefits["ecus"]["waits"] == ["guardian_of_ecus"]
    assert benefits["permis"]["closes_on"] == "2027-09-10"
    assert benefits["projet"]["closes_on"] is None
    codes = {each["id"]: (each["code_asked"], each["code_needed"]) for each in benefits["licence"]["channels"]}
    assert codes == {"qr": (False, False), "terminal": (True, True)}
    assert [top_up["amount_cents"] for top_up in benefits["licence"]["top_ups"]] == [3000]
    sentences = {name: " ".join(benefit["spending"].split()) for name, benefit in benefits.items()}
    assert sentences["livres"] == "À dépenser en une ou plusieurs fois, jusqu'à 50 €."
    assert sentences["licence"] == "À dépenser en une seule fois, jusqu'à 30 € ; ce qui reste est perdu."
    assert sentences["seances"] == "5 tickets, à utiliser un par un ou ensemble ; vous payez 1 € par ticket."
    assert sentences["bons"] == "2 bons de 15 € ; ce qu'un bon utilisé laisse est perdu."
    assert sentences["visites"] == "Sans montant, 3 fois par saison au plus."
    assert sentences["ecus"] == "10 écus à verser en une seule fois sur votre compte (Caisse des écus)."
    assert sentences["projet"].startswith("Sur dossier, jusqu'à 500 €")


def test_a_top_up_is_told_to_those_whom_it_concerns(simulate: Simulate, capsys: pytest.CaptureFixture[str]) -> None:
    """What a till would not add for this person is not promised."""
    assert simulate(json.dumps({**FACTS, "sex": "M"}), "--json") == 0
    assert [each["top_ups"] for each in told(capsys)["benefits"] if each["id"] == "licence"] == [[]]


def test_a_debit_of_that_day_has_its_payout_and_its_cancellation(
    simulate: Simulate, capsys: pytest.CaptureFixture[str]
) -> None:
    """The period of the day, the first day after it, the last day of the transfer, until when it may be undone."""
    assert simulate(json.dumps(FACTS), "--json") == 0
    found = told(capsys)
    assert found["payout"]["period"] == {"start": "2025-09-01", "end": "2025-09-30"}
    assert (found["payout"]["closes_on"], found["payout"]["due_on"]) == ("2025-10-01", "2025-10-16")
    assert found["cancellation"]["last_day"] == "2025-09-12"
    assert "en votre présence" in found["cancellation"]["sentence"]


def test_a_change_of_rhythm_cuts_the_period(specimen: Rulebook) -> None:
    """A period ends on the eve of the version that pays by another rhythm, and the next begins with it."""
    change = date(2025, 9, 12)
    weekly = replace(specimen, counts_from=change, payout=Payout("weekly", 15, "§6"))
    versions = (specimen, weekly)
    before = answer(specimen, specimen.decide(FACTS, ON), ON, FACTS, versions)
    after = answer(weekly, weekly.decide(FACTS, change), change, FACTS, versions)
    assert (before.payout.period.start, before.payout.period.end) == (date(2025, 9, 1), date(2025, 9, 11))
    assert (after.payout.period.start, after.payout.period.end) == (change, date(2025, 9, 14))


def test_the_french_answer_is_for_people(simulate: Simulate, capsys: pytest.CaptureFixture[str]) -> None:
    """Without `--json`, sentences: the verdict, the steps, each benefit, why not, and which text says so."""
    assert simulate(json.dumps({**FACTS, "age": 14})) == 0
    refused = capsys.readouterr().out
    assert "n'a pas droit au dispositif" in refused
    assert "✗ Il faut avoir 15 ans. [§2]" in refused
    assert simulate(json.dumps(FACTS)) == 0
    granted = " ".join(capsys.readouterr().out.split())
    assert "Il reste à : accepter la charte du bénéficiaire, faire vérifier la pièce d'identité et" in granted
    assert "Avantage « Équipement », versement « first » : 200 €" in granted
    assert "Attend encore : guardian_of_ecus." in granted
    assert "terminal de paiement (avec le code secret)" in granted
    assert "Pas d'avantage « Permis » : ✗ Faites valider votre mission. [§3.9]" in granted


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ("agee: 15", "La donnée « agee » n'existe pas ; données connues :"),
        ("residence_region: 28", "« residence_region » vaut 28 ; écrivez un texte entre guillemets."),
        ("study_status: pilote", "« study_status » ne peut pas valoir pilote ; valeurs possibles : apprenti"),
        ("born_on: 2010-31-12", "n'est pas un jour passé"),
        ("born_on: 2030-01-01", "n'est pas un jour passé"),
        ("- age", "Écrivez une donnée par ligne"),
        ("age: [", "ne se lit pas"),
    ],
)
def test_wrong_facts_are_told_in_french(
    simulate: Simulate, capsys: pytest.CaptureFixture[str], facts: str, sentence: str
) -> None:
    """A mistake in the file of facts ends the command with the name of the fact and the remedy."""
    assert simulate(facts) == 1
    assert sentence in capsys.readouterr().err


def test_what_is_not_there_is_told(specimens: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown season and a file that does not open are sentences, not traces."""
    where = ["simulate", "--directory", str(specimens), "--authority", "valmer", "--scheme", "carte-jeune"]
    missing = ["--on", "2025-09-01", "--facts", str(specimens / "nobody.yaml")]
    assert main([*where, "--season", "1999", *missing]) == 1
    assert "Aucun règlement ne s'appelle « valmer/carte-jeune/1999 »" in capsys.readouterr().err
    assert main([*where, "--season", "2025-2026", *missing]) == 1
    assert "ne s'ouvre pas" in capsys.readouterr().err
