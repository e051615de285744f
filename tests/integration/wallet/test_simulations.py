"""Simulations through the real door: what somebody could have, with nothing kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from atouts.wallet.v1 import simulations_pb2 as pb

from tests.integration.wallet.stage import BOOKS, CULTURE, Stage

PUPIL: dict[str, Any] = {
    "birth_date": "2009-03-12",
    "residence_department": "14",
    "study_status": "lyceen",
    "study_department": "14",
    "study_establishment_kind": "lycee_public",
    "study_level": "seconde",
    "study_track": "general",
}


def _simulated(stage: Stage, **changed: str) -> dict[str, Any]:
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
