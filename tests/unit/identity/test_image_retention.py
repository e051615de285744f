"""How many days images outlive their decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rulebooks import Catalogue, Rulebook
from services.identity.domain.image_retention import days_kept

DAY = date(2025, 9, 15)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    """One in season on `DAY` that asks for the card."""
    found = (
        each for each in Catalogue.load().rulebooks() if each.identity_check and each.starts_on <= DAY <= each.ends_on
    )
    return next(found)


def keeping(rulebook: Rulebook, days: int, **changes: Any) -> Rulebook:
    return replace(rulebook, retention=replace(rulebook.retention, identity_images_days=days), **changes)


def test_the_shortest_that_a_scheme_in_season_says_counts(rulebook: Rulebook) -> None:
    """A picture serves all schemes: none of them sees it kept longer than it says."""
    assert days_kept([keeping(rulebook, 30), keeping(rulebook, 8)], DAY) == 8


def test_schemes_out_of_season_or_without_the_card_have_no_say(rulebook: Rulebook) -> None:
    """A season that is over neither shortens nor lengthens what today's says."""
    over = keeping(rulebook, 1, ends_on=date(2025, 1, 1))
    to_come = keeping(rulebook, 1, starts_on=date(2026, 1, 1))
    without = keeping(rulebook, 1, identity_check=False)

    assert days_kept([over, to_come, without, keeping(rulebook, 30)], DAY) == 30


def test_where_no_scheme_is_in_season_nothing_is_kept() -> None:
    """Without a reason to keep it, an image goes at once."""
    assert days_kept([], DAY) == 0
