"""Simulations through the real door: what somebody could have, with nothing kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from atouts.wallet.v1 import seasons_pb2
from atouts.wallet.v1 import simulations_pb2 as pb

from tests.integration.wallet.stage import BOOKS, CATALOGUE, CULTURE, SEASON, SMALL, Stage

PUPIL: dict[str, Any] = {
    "birth_date": "2009-03-12",
    "residence_department": "14",
    "study_status": "lyceen",
    "study_department": "14",
    "study_establishment_kind": "lycee_public",
    "study_level": "seconde",
    "study_track": "general",
}


def _simulated(stage: Stage, **changed: Any) -> dict[str, Any]:
    answer = stage.call("Simulate", pb.SimulateRequest(**PUPIL | changed))
    return {season.scheme: season for season in answer.seasons}


def test_a_pupil_sees_both_schemes_amounts_and_steps_and_nothing_is_kept(stage: Stage) -> None:
    """Nobody signed in; fee, steps and amounts are those that the membership would have."""
    stage.open_season()
    stage.open_season(BOOKS)
    found = _simulated(stage)
    culture, books = found[CULTURE], found[BOOKS]
    assert (culture.eligible, culture.fee_cents, books.eligible, books.fee_cents) == (True, 1000, True, 0)
    assert [step.code for step in culture.requires] == ["identity_check", "fee"]
    assert culture.requires[1].sentence == "Payez la cotisation de 10,00\u00a0€."
    assert [step.code for step in books.requires] == ["identity_check", "school_validation"]
    assert {each.benefit: each.amount_cents for each in books.benefits} == {"livres": 5000}
    assert {each.benefit: each.amount_cents for each in culture.benefits}["cinema"] == 2000
    assert stage.rows("memberships") == stage.rows("person_facts") == []


def test_only_open_seasons_that_are_not_over_are_simulated(stage: Stage) -> None:
    """What staff have not opened, and what is past, promise nothing."""
    stage.open_season()
    assert set(_simulated(stage)) == {CULTURE}
    stage.clock.instant = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert _simulated(stage) == {}


@pytest.mark.parametrize(
    ("scheme", "code", "changed"),
    [
        (CULTURE, "age_minimum", {"birth_date": "2010-10-05"}),
        (CULTURE, "lives_or_studies_in_region", {"residence_department": "35", "study_department": "35"}),
        (BOOKS, "not_apprentice", {"study_status": "apprenti"}),
        (BOOKS, "school_in_region", {"study_department": "35"}),
    ],
)
def test_who_is_not_eligible_is_told_why_and_promised_nothing(
    stage: Stage, scheme: str, code: str, changed: dict[str, str]
) -> None:
    """The rulebook's own reasons, no steps and no amounts."""
    stage.open_season(scheme)
    season = _simulated(stage, **changed)[scheme]
    assert not season.eligible
    assert code in [reason.code for reason in season.reasons if not reason.met]
    assert list(season.requires) == list(season.benefits) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", ""),
        ("birth_date", "12/03/2009"),
        ("birth_date", "2031-01-01"),
        ("residence_department", "96"),
        ("study_department", "14118"),
        ("study_status", "<b>lyceen</b>"),
        ("study_establishment_kind", "=1+1"),
        ("study_level", "tle"),
        ("study_track", "générale"),
    ],
)
def test_what_is_no_answer_is_refused_with_its_field(stage: Stage, field: str, value: str) -> None:
    """Dates, departments and words outside their lists are named."""
    refused = stage.refusal("Simulate", pb.SimulateRequest(**PUPIL | {field: value}))
    assert (refused.reason, refused.field) == ("malformed", field)


def test_a_simulation_tells_how_each_right_is_used(stage: Stage) -> None:
    """Kind, uses, the holder's share, windows, channels, what it waits for, why not, and how tills are paid back."""
    stage.open_season(SMALL)
    season = _simulated(stage, facts={"validated_proofs": "mission_35h,other"})[SMALL]
    benefits = {each.benefit: each for each in season.benefits}
    cine, musees, permis = benefits["cine"], benefits["musees"], benefits["permis"]
    assert (cine.kind, cine.uses, cine.unit_cents, cine.holder_cents) == ("tickets", 5, 500, 100)
    assert [(each.opens_on, each.closes_on) for each in cine.windows] == [("2025-07-01", "2026-06-30")]
    assert [each.channel for each in cine.channels] == ["qr"]
    assert "5 tickets" in cine.spending
    assert (musees.kind, musees.amount_cents, musees.HasField("uses")) == ("access", 0, False)
    assert (permis.amount_cents, permis.closes_on) == (20000, "2027-10-04")
    assert [each.sentence for each in benefits["voyage"].waits] == ["J'autorise le voyage."]
    assert benefits["atelier"].instalment == "first"
    assert [step.code for step in season.requires] == ["beneficiary_charter"]
    assert season.payout.due_on == "2025-11-16"
    assert "le jour même" in season.cancellation


def test_what_is_denied_is_told_with_its_reasons(stage: Stage) -> None:
    """Each benefit that is not granted, in the rulebook's words."""
    stage.open_season(SMALL)
    season = _simulated(stage, study_level="terminale")[SMALL]
    assert {each.benefit: [reason.code for reason in each.reasons] for each in season.denials} == {
        "atelier": ["atelier_level"],
        "permis": ["permis_mission"],
    }


def test_the_version_in_force_today_answers(stage: Stage) -> None:
    """Before its first day an adopted version promises nothing; from then on it alone does."""
    chief = stage.open_season(SMALL)
    later = CATALOGUE.versions("normandie", SMALL, SEASON)[1]
    request = seasons_pb2.AdoptVersionRequest(scheme=SMALL, season=SEASON, rulebook_hash=later.hash)
    stage.call("AdoptVersion", request, chief)
    told = {}
    for day in (datetime(2025, 12, 31, 22, 59, tzinfo=UTC), datetime(2025, 12, 31, 23, 0, tzinfo=UTC)):
        stage.clock.instant = day
        season = _simulated(stage)[SMALL]
        told[season.edition] = {each.benefit: each.amount_cents for each in season.benefits}["lecture"]
    assert told == {"2025-2026": 3000, "2025-2026@2026-01-01": 4500}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("disability", "yes"),
        ("sex", "X"),
        ("identity_checked", "true"),
        ("age", "17"),
        ("hair", "red"),
        ("validated_proofs", "x" * 65),
        ("validated_proofs", ",".join(f"code{number}" for number in range(51))),
    ],
)
def test_a_fact_that_nobody_can_say_so_is_refused_with_its_name(stage: Stage, name: str, text: str) -> None:
    """Another type, an unknown word, and what the platform derives itself."""
    refused = stage.refusal("Simulate", pb.SimulateRequest(**PUPIL | {"facts": {name: text}}))
    assert (refused.reason, refused.field) == ("malformed", f"facts.{name}")
