"""The terms of a scheme that concern everyone in it: fee, charters, card, codes, budget, what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rulebooks.conditions import Facts, Predicate


@dataclass(frozen=True, slots=True)
class Fee:
    """What a membership costs. `means`: `card`, `cheque`. `waivable`: staff may grant it free."""

    amount_cents: int
    means: frozenset[str]
    waivable: bool
    source: str


@dataclass(frozen=True, slots=True)
class Charter:
    """What is accepted on line, in one version: by a partner's legal representative, or by a beneficiary."""

    version: str
    text: str
    source: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a guardian must authorise for persons of whom `test` holds.

    `benefits`: those that wait for it; empty where the membership does.
    """

    code: str
    by: str
    test: Predicate
    benefits: frozenset[str]
    sentence: str
    source: str

    def is_missing(self, facts: Facts) -> bool:
        return self.test.holds(facts) and not self.is_given(facts.values)

    def is_given(self, known: Mapping[str, Any]) -> bool:
        return self.code in known["guardian_consents"]


@dataclass(frozen=True, slots=True)
class CardRules:
    """The card and who shows it.

    `forms`: `app`, `paper`, `pvc`. `pairing`: the holder pairs the card with their account before using it.
    `identity_shown`, `photo`: what the cashier checks. `opposition`: the holder may report it lost or stolen.
    `kept`: a card on paper or plastic goes on into later seasons.
    """

    forms: frozenset[str]
    typed_code: bool
    pairing: bool
    identity_shown: bool
    photo: bool
    opposition: bool
    kept: bool = False


@dataclass(frozen=True, slots=True)
class SecretCode:
    """The holder's code. `asked_by`: channels that ask for it; `needed_by`: refused until one is chosen."""

    digits: int
    asked_by: frozenset[str]
    needed_by: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Suspension:
    """For misconduct: of chosen `benefits`, or of `all`; until the `season_end`."""

    of: str
    until: str
    source: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """A partner's agreement: until when (None: no end stated), renewed `tacit`ly or by `signature`."""

    until: date | None
    renewal: str
    source: str


@dataclass(frozen=True, slots=True)
class Budget:
    """When money is spent: `close_benefit` or `close_scheme`. `thresholds_percent`: told once reached, rising."""

    when_spent: str
    thresholds_percent: tuple[int, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept: images from the decision, memberships from the season's end, contacts after use."""

    identity_images_days: int
    membership_years: int
    contact_years: int
    source: str
