"""What a rulebook says of bons plans: who may have them, who gives them, what not coming costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rulebooks.conditions import ALWAYS, Facts, Predicate
from rulebooks.vocabulary import PERSON


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme, and whom it is open to; `unmet` tells the others why not."""

    id: str
    title: str
    source: str
    unmet: str = ""
    test: Predicate = ALWAYS


@dataclass(frozen=True, slots=True)
class NoShow:
    """What `count` absences without word cost: `warn`, `limit` or `exclude`."""

    count: int
    step: str
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class BonsPlans:
    """`audience`: `members` or `everyone`. `authors`: `authority`, `partner`, `other`. `types`: empty for any.

    `winners`: by `registration`, `draw`, `invitation`. `draws_run_by`: who may have one drawn. `themes`: empty for any.
    `pictures`: the most an offer has, None for no limit. `yearly_minimum`: offers a partner promises a year.
    """

    audience: str
    authors: frozenset[str]
    types: frozenset[str]
    winners: frozenset[str]
    draws_run_by: frozenset[str]
    themes: tuple[Theme, ...]
    pictures: int | None
    yearly_minimum: int
    no_shows: tuple[NoShow, ...]

    def themes_open_to(self, facts: Mapping[str, object]) -> tuple[Theme, ...]:
        """The themes whose offers this person may have. Raises InvalidFacts."""
        known = Facts(PERSON, facts)
        return tuple(theme for theme in self.themes if theme.test.holds(known))

    def step_after(self, absences: int) -> NoShow | None:
        """What so many absences cost: the last step reached, None before the first."""
        return next((step for step in reversed(self.no_shows) if absences >= step.count), None)
