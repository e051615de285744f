"""What a rulebook lets authors offer, and persons have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rulebooks.bons_plans import BonsPlans, NoShow, Theme
from rulebooks.conditions import Comparison
from services.bonplan.domain import errors
from services.bonplan.domain.offer import OfferKind, OfferText, OfferType, Terms
from services.bonplan.domain.rules import after_absences, check_terms, is_open_to, require_open_to, theme_asks_facts

OPENS, CLOSES = datetime(2025, 10, 1, tzinfo=UTC), datetime(2025, 10, 20, tzinfo=UTC)
TERMS = Terms(
    "p", OfferKind.REGISTRATION, OfferText("Titre", "Texte.", "1 place"), "s", "2025-2026", 3, 0, OPENS, CLOSES
)
DRAW = OfferKind.DRAW
SPORT = Theme("sport", "Sport", "§1")
TRAVEL = Theme("travel", "Voyages", "§1", "Réservé aux jeunes de 18 ans et plus.", Comparison.compiled("age >= 18"))
STEPS = (
    NoShow(1, "warn", "Attention.", "§1"),
    NoShow(2, "limit", "Une à la fois.", "§1"),
    NoShow(4, "exclude", "Fini.", "§1"),
)
RULES = BonsPlans(
    "members", frozenset({"authority", "partner"}), frozenset(), frozenset({"registration", "draw"}),
    frozenset({"authority"}), (SPORT,), None, 0, STEPS,
)  # fmt: skip
TYPED = replace(RULES, types=frozenset({"gift", "contest"}))


@pytest.mark.parametrize(
    ("rules", "changes"),
    [
        (RULES, {}),
        (RULES, {"theme": "sport"}),
        (RULES, {"partner_id": ""}),
        (RULES, {"partner_id": "", "kind": DRAW}),
        (replace(RULES, draws_run_by=frozenset({"partner"})), {"kind": DRAW}),
        (replace(RULES, authors=frozenset({"other"})), {}),
        (TYPED, {"type": OfferType.GIFT}),
        (replace(RULES, themes=(SPORT, TRAVEL)), {"theme": "travel"}),
    ],
)
def test_what_the_rulebook_knows_is_taken(rules: BonsPlans, changes: dict[str, Any]) -> None:
    """Authors, ways to win, who has a draw run, types and themes."""
    check_terms(rules, replace(TERMS, **changes))


@pytest.mark.parametrize(
    ("rules", "changes", "refusal"),
    [
        (replace(RULES, authors=frozenset({"authority"})), {}, errors.AuthorRefused),
        (replace(RULES, authors=frozenset({"partner"})), {"partner_id": ""}, errors.AuthorRefused),
        (replace(RULES, winners=frozenset({"draw"})), {}, errors.WinnersRefused),
        (replace(RULES, winners=frozenset({"registration"})), {"partner_id": "", "kind": DRAW}, errors.WinnersRefused),
        (RULES, {"kind": DRAW}, errors.DrawNotForPartners),
        (
            replace(RULES, draws_run_by=frozenset({"partner"})),
            {"partner_id": "", "kind": DRAW},
            errors.WinnersRefused,
        ),
        (RULES, {"type": OfferType.GIFT}, errors.TypeRefused),
        (TYPED, {}, errors.TypeRefused),
        (TYPED, {"type": OfferType.EVENT}, errors.TypeRefused),
        (RULES, {"theme": "travel"}, errors.ThemeRefused),
        (replace(RULES, themes=()), {"theme": "sport"}, errors.ThemeRefused),
        (replace(RULES, themes=(SPORT, TRAVEL)), {}, errors.ThemeRefused),
    ],
)
def test_what_the_rulebook_does_not_know_is_refused(
    rules: BonsPlans, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    """No theme at all would be a way around the condition of one."""
    with pytest.raises(refusal):
        check_terms(rules, replace(TERMS, **changes))


def test_a_theme_is_open_to_those_of_whom_its_test_holds() -> None:
    """Who is not known is refused with the rulebook's sentence; a theme without a test asks nothing."""
    rules = replace(RULES, themes=(SPORT, TRAVEL))
    assert [theme_asks_facts(rules, each) for each in ("", "sport", "travel")] == [False, False, True]
    assert [is_open_to(rules, "travel", {"age": age}) for age in (17, 18)] == [False, True]
    require_open_to(rules, "sport", {})
    for facts in ({}, {"age": 17}):
        with pytest.raises(errors.ThemeNotOpen) as refused:
            require_open_to(rules, "travel", facts)
        assert refused.value.sentence == TRAVEL.unmet


@pytest.mark.parametrize(
    ("absences", "live", "told"),
    [(0, 5, ""), (1, 5, "Attention."), (2, 0, "Une à la fois."), (3, 0, "Une à la fois.")],
)
def test_absences_are_told_before_they_cost_anything(absences: int, live: int, told: str) -> None:
    """The last step that was reached is the one that counts."""
    assert after_absences(RULES.step_after(absences), live) == told


@pytest.mark.parametrize(
    ("absences", "live", "refusal"),
    [(2, 1, errors.LimitedForAbsences), (4, 0, errors.ExcludedForAbsences), (9, 3, errors.ExcludedForAbsences)],
)
def test_absences_limit_then_exclude(absences: int, live: int, refusal: type[Exception]) -> None:
    """Limited: one registration at a time; excluded: none."""
    with pytest.raises(refusal):
        after_absences(RULES.step_after(absences), live)
