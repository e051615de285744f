"""Writing an offer: a partner's delegate for the partner, staff for the authority."""

from __future__ import annotations

import uuid

from chassis.work import Work
from rulebooks import Catalogue, Rulebook, UnknownRulebook
from services.bonplan.domain.errors import UnknownScheme, UnknownSeason
from services.bonplan.domain.offer import Offer, OfferState, Terms
from services.bonplan.domain.rules import bons_plans_of, check_terms
from services.bonplan.store.offers import Offers


def submit_offer(work: Work, catalogue: Catalogue, terms: Terms) -> Offer:
    """Keep the offer for a moderator.

    Raises the refusals of `Terms.checked` and of `check_terms`, UnknownScheme, UnknownSeason, NoBonsPlans.
    """
    checked = terms.checked(work.now)
    check_terms(bons_plans_of(rulebook_of(work, catalogue, checked)), checked)
    offer = Offer(
        str(uuid.uuid4()),
        checked,
        work.context.account_id,
        OfferState.SUBMITTED,
        checked.places,
        1,
        work.now,
    )
    Offers(work).add(offer)
    work.audit("submit_offer", offer.offer_id, after={"partner_id": checked.partner_id, "kind": checked.kind})
    return offer


def rulebook_of(work: Work, catalogue: Catalogue, terms: Terms) -> Rulebook:
    """The rules in force today. Raises UnknownScheme, UnknownSeason."""
    try:
        return catalogue.in_force(work.authority_id, terms.scheme, terms.season, work.today)
    except UnknownRulebook:
        schemes = {rulebook.scheme for rulebook in catalogue.of_authority(work.authority_id)}
        if terms.scheme not in schemes:
            raise UnknownScheme(terms.scheme) from None
        raise UnknownSeason(terms.season) from None
