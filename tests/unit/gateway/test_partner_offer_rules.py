"""What a partner may choose from when it proposes a bon plan: what its rulebook takes, in French."""

from __future__ import annotations

import pytest

from gateway.web.pages import partner_offer_rules as rules
from rulebooks import Catalogue
from rulebooks.bons_plans import BonsPlans


def _bons_plans(*place: str) -> BonsPlans:
    found = Catalogue.load().get(*place).bons_plans
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("bouches-du-rhone", "cjeune", "2023-2024"), ["registration", "draw"]),
        (("normandie", "culture-sport", "2025-2026"), ["registration"]),
    ],
)
def test_a_draw_is_offered_where_partners_may_have_one_run(place: tuple[str, str, str], expected: list[str]) -> None:
    """Elsewhere the authority alone runs draws, and the service would refuse the offer."""
    assert [kind for kind, _ in rules.kinds(_bons_plans(*place))] == expected


def test_types_and_themes_are_the_rulebook_s() -> None:
    """Each type has French words; a rulebook without types asks for none."""
    known = _bons_plans("bouches-du-rhone", "cjeune", "2023-2024")
    assert {kind for kind, _ in rules.types(known)} == known.types
    assert ("tourisme", "Tourisme") in rules.themes(known)
    assert rules.types(_bons_plans("normandie", "culture-sport", "2025-2026")) == []
