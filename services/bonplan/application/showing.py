"""Which offers a person is shown: those whose theme is for some persons only are shown to these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chassis.work import Work
from rulebooks import Catalogue
from rulebooks.bons_plans import BonsPlans
from services.bonplan.application.submitting import rulebook_of
from services.bonplan.domain.offer import Offer
from services.bonplan.domain.rules import Facts, bons_plans_of, is_open_to, theme_asks_facts

# The rules of each offer, by its id, for which a person's facts are needed.
Asking = Mapping[str, BonsPlans]


def asking_facts(work: Work, catalogue: Catalogue, offers: Iterable[Offer]) -> Asking:
    """Those of the offers whose theme is not for everybody."""
    themed = [offer for offer in offers if offer.terms.theme]
    rules = {offer.offer_id: bons_plans_of(rulebook_of(work, catalogue, offer.terms)) for offer in themed}
    return {each.offer_id: rules[each.offer_id] for each in themed if _asks(rules, each)}


def shown(offers: Iterable[Offer], asking: Asking, facts: Facts | None) -> list[Offer]:
    """What this person may have; without facts, what is for everybody."""
    return [offer for offer in offers if offer.offer_id not in asking or _is_open(offer, asking, facts)]


def _asks(rules: Asking, offer: Offer) -> bool:
    return theme_asks_facts(rules[offer.offer_id], offer.terms.theme)


def _is_open(offer: Offer, asking: Asking, facts: Facts | None) -> bool:
    return facts is not None and is_open_to(asking[offer.offer_id], offer.terms.theme, facts)
