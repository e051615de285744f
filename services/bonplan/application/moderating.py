"""What the authority lets be shown: every offer is read by a moderator first (règlement 2025-2026, §4.4)."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.work import Work
from services.bonplan.application.closing import schedule_closing
from services.bonplan.domain.offer import Offer
from services.bonplan.store.offers import Offers
from services.bonplan.store.seeds import Seeds


@dataclass(frozen=True, slots=True)
class ModerateOffer:
    """Order of staff who did not write it. `reason`: French, for the author; needed to reject."""

    offer_id: str
    accept: bool
    reason: str


def moderate_offer(work: Work, seeds: Seeds, order: ModerateOffer) -> Offer:
    """Publish or reject. Raises UnknownOffer, AlreadyModerated, SecondPersonNeeded, ClosesInThePast, ReasonNeeded,
    TextRefused, TextWithMarkup, TextLikeFormula."""
    submitted = Offers(work).lock(order.offer_id)
    moderated = _publish(work, seeds, submitted) if order.accept else _reject(work, submitted, order.reason)
    before, after = {"state": submitted.state}, {"state": moderated.state}
    work.audit("moderate_offer", order.offer_id, before=before, after=after)
    return moderated


def _publish(work: Work, seeds: Seeds, submitted: Offer) -> Offer:
    seed = seeds.choose(work, submitted.offer_id) if submitted.is_draw else None
    offer = submitted.accept(work.context.account_id, work.now, seed.commitment if seed else "")
    Offers(work).save_published(offer, seed.sealed if seed else None)
    schedule_closing(work, offer)
    terms = offer.terms
    fact = {"offer_id": offer.offer_id, "scheme": terms.scheme, "season": terms.season, "kind": terms.kind}
    work.publish("offer_published", offer.offer_id, offer.version, fact)
    return offer


def _reject(work: Work, submitted: Offer, reason: str) -> Offer:
    offer = submitted.reject(work.context.account_id, reason)
    Offers(work).save(offer)
    return offer
