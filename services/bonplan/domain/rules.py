"""What a rulebook says of offers and of who may have them, asked by this service."""

from __future__ import annotations

from collections.abc import Mapping

from rulebooks import Rulebook
from rulebooks.bons_plans import BonsPlans, NoShow, Theme
from rulebooks.conditions import ALWAYS
from services.bonplan.domain.errors import (
    AuthorRefused,
    DrawNotForPartners,
    ExcludedForAbsences,
    LimitedForAbsences,
    NoBonsPlans,
    ThemeNotOpen,
    ThemeRefused,
    TypeRefused,
    WinnersRefused,
)
from services.bonplan.domain.offer import OfferKind, Terms

Facts = Mapping[str, object]
_OTHER_SECTORS = "other"


def bons_plans_of(rulebook: Rulebook) -> BonsPlans:
    """Raises NoBonsPlans."""
    if rulebook.bons_plans is None:
        raise NoBonsPlans(rulebook.scheme)
    return rulebook.bons_plans


def check_terms(rules: BonsPlans, terms: Terms) -> None:
    """Raises AuthorRefused, WinnersRefused, DrawNotForPartners, TypeRefused, ThemeRefused."""
    if terms.author not in _authors(rules):
        raise AuthorRefused
    if terms.kind not in rules.winners:
        raise WinnersRefused
    if terms.kind is OfferKind.DRAW and terms.author not in rules.draws_run_by:
        raise DrawNotForPartners if terms.partner_id else WinnersRefused
    if terms.type not in (rules.types or {""}):
        raise TypeRefused(", ".join(sorted(rules.types)))
    if not _takes_theme(rules, terms.theme):
        raise ThemeRefused(", ".join(theme.title for theme in rules.themes))


def is_for_members(rules: BonsPlans) -> bool:
    return rules.audience == "members"


def theme_asks_facts(rules: BonsPlans, theme_id: str) -> bool:
    """Whether a theme is for some persons only, so that facts of theirs are needed."""
    theme = _theme(rules, theme_id)
    return theme is not None and theme.test != ALWAYS


def is_open_to(rules: BonsPlans, theme_id: str, facts: Facts) -> bool:
    """Whether somebody may have offers of a theme."""
    if not theme_asks_facts(rules, theme_id):
        return True
    return any(theme.id == theme_id for theme in rules.themes_open_to(facts))


def require_open_to(rules: BonsPlans, theme_id: str, facts: Facts) -> None:
    """Raises ThemeNotOpen."""
    theme = _theme(rules, theme_id)
    if theme is not None and not is_open_to(rules, theme_id, facts):
        raise ThemeNotOpen(theme.unmet)


def after_absences(step: NoShow | None, live_registrations: int) -> str:
    """The sentence to tell who registers, or "". Raises LimitedForAbsences, ExcludedForAbsences."""
    if step is None:
        return ""
    if step.step == "exclude":
        raise ExcludedForAbsences(step.sentence)
    if step.step == "limit" and live_registrations > 0:
        raise LimitedForAbsences(step.sentence)
    return step.sentence


def _authors(rules: BonsPlans) -> frozenset[str]:
    """Partners of other sectors are delegates of a partner here, accredited or not."""
    return rules.authors | {"partner"} if _OTHER_SECTORS in rules.authors else rules.authors


def _takes_theme(rules: BonsPlans, theme_id: str) -> bool:
    """None is stated only where every theme is for everybody: else it would be a way around the condition."""
    if theme_id:
        return _theme(rules, theme_id) is not None
    return all(theme.test == ALWAYS for theme in rules.themes)


def _theme(rules: BonsPlans, theme_id: str) -> Theme | None:
    return next((theme for theme in rules.themes if theme.id == theme_id), None)
