"""What a rulebook asks of partners: accreditation categories, documents, what keeps a payout back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rulebooks.conditions import ALWAYS, Condition, Facts, Predicate, Reason, all_met, reasons_for
from rulebooks.vocabulary import PARTNER


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """A document that comes with an application.

    `max_age_months`: how old it may be, None for any age.
    """

    id: str
    title: str
    source: str
    max_age_months: int | None = None
    applies: Predicate = ALWAYS


@dataclass(frozen=True, slots=True)
class Category:
    """An accreditation category: what a partner must be, and prove, to take its benefits.

    `documents`: by partner kind (`company`, `association`, `public_body`).
    """

    id: str
    title: str
    conditions: tuple[Condition, ...]
    documents: Mapping[str, tuple[RequiredDocument, ...]]

    def review(self, partner_facts: Mapping[str, object]) -> tuple[Reason, ...]:
        """Every condition that concerns this partner, met or not. Raises InvalidFacts."""
        return reasons_for(self.conditions, Facts(PARTNER, partner_facts))

    def accepts(self, partner_facts: Mapping[str, object]) -> bool:
        """Whether all reasons of `review` are met. Staff still decide. Raises InvalidFacts."""
        return all_met(self.review(partner_facts))

    def documents_for(self, partner_facts: Mapping[str, object]) -> tuple[RequiredDocument, ...]:
        """The documents that this partner must send. Raises InvalidFacts."""
        facts = Facts(PARTNER, partner_facts)
        stated = self.documents.get(str(facts.values["partner_kind"]), ())
        return tuple(document for document in stated if document.applies.holds(facts))


@dataclass(frozen=True, slots=True)
class Hold:
    """What keeps the payouts of some categories back until it is there.

    `lifted_by`: `iban` (verified) or `document` (`document_id` sent, or `declaration` made where one may be).
    `renewed`: `never`, or `season`: asked for again each season. `categories`: empty for all.
    """

    code: str
    lifted_by: str
    renewed: str
    sentence: str
    source: str
    categories: frozenset[str] = frozenset()
    document_id: str = ""
    document_title: str = ""
    declaration: str = ""

    def concerns(self, category: str) -> bool:
        return not self.categories or category in self.categories
