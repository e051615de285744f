"""What is noted when something is said of a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from services.identity.application.fact_history import day_after
from services.identity.domain.fact_history import changes, facts_of_profile
from services.identity.domain.told_facts import Told
from tests.unit.identity.test_profiles import PROFILE


def test_only_what_is_said_otherwise_is_a_change() -> None:
    """The same again is none; what is no longer said has its unknown value."""
    before: Told = {"disability": True, "sex": "F", "study_status": "lyceen"}
    after: Told = {"sex": "F", "study_status": "apprenti", "long_term_illness": True}

    assert changes(before, after) == {"disability": False, "long_term_illness": True, "study_status": "apprenti"}


def test_names_are_no_facts_and_a_first_profile_says_everything() -> None:
    """No surname stands in the history of facts."""
    said = changes(facts_of_profile(None), facts_of_profile(replace(PROFILE, facts={"sex": "F"})))

    assert set(said) == {"birth_date", "residence_commune", "study_status", "study_commune", "sex"}


def test_a_last_day_is_over_at_midnight_in_paris() -> None:
    """In winter and in summer time."""
    assert day_after(date(2025, 12, 31)).astimezone(UTC) == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert day_after(date(2025, 6, 30)).astimezone(UTC) == datetime(2025, 6, 30, 22, tzinfo=UTC)
