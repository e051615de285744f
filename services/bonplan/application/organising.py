"""Who comes, as organisers see it: states and attendance codes, and names once registrations are over."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.work import Work
from services.bonplan.domain.errors import UnknownOffer
from services.bonplan.domain.registration import Registration
from services.bonplan.store.offers import Offers
from services.bonplan.store.views import registrants


@dataclass(frozen=True, slots=True)
class RegistrantsSeen:
    """A page of registrants; `shows_names`: the offer is over, so that their names may be asked for."""

    registrations: tuple[Registration, ...]
    next_page_token: str
    shows_names: bool


def see_registrants(work: Work, offer_id: str, partner_id: str, token: str) -> RegistrantsSeen:
    """For the offer's own partner; staff, who name none, see any. Raises UnknownOffer, Malformed."""
    offer = Offers(work).find(offer_id)
    if partner_id and offer.terms.partner_id != partner_id:
        raise UnknownOffer(offer_id)
    found, following = registrants(work, offer_id, token)
    return RegistrantsSeen(tuple(found), following, offer.is_over(work.now))
