"""Running a draw: the seed is revealed, winners get their place, and everybody can draw again."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from chassis.work import Work, outbox_row
from services.bonplan import metrics
from services.bonplan.domain.attendance import new_codes
from services.bonplan.domain.draw import METHOD, draw
from services.bonplan.domain.errors import DrawNotRun, UnknownOffer
from services.bonplan.domain.offer import Offer
from services.bonplan.domain.registration import Registration
from services.bonplan.store.draws import Draws, KeptDraw
from services.bonplan.store.offers import Offers
from services.bonplan.store.registrations import Registrations
from services.bonplan.store.seeds import Seeds


def run_draw(work: Work, seeds: Seeds, offer_id: str, partner_id: str = "") -> tuple[KeptDraw, Offer]:
    """Draw once; asked again, it answers the same draw. A partner, where one is named, runs its own.

    Raises UnknownOffer, NotADraw, DrawTooEarly.
    """
    offer = Offers(work).lock(offer_id)
    if partner_id and offer.terms.partner_id != partner_id:
        raise UnknownOffer(offer_id)
    offer.require_draw()
    known = Draws(work).of(offer_id)
    if known is not None:
        return known, offer
    offer.require_over(work.now)
    made = _draw(work, seeds, offer)
    drawn = offer.drawn(len(made.outcome.winners))
    Draws(work).add(made)
    Offers(work).save(drawn)
    _give_places(work, drawn, made)
    _tell_completed(work, drawn, made)
    metrics.count_draw(work)
    return made, drawn


def see_draw(work: Work, offer_id: str) -> tuple[KeptDraw, Offer]:
    """Raises UnknownOffer, NotADraw, DrawNotRun."""
    offer = Offers(work).find(offer_id)
    offer.require_draw()
    known = Draws(work).of(offer_id)
    if known is None:
        raise DrawNotRun(offer_id)
    return known, offer


def _draw(work: Work, seeds: Seeds, offer: Offer) -> KeptDraw:
    seed = seeds.open(work, offer.offer_id, Offers(work).sealed_seed(offer.offer_id))
    outcome = draw(seed, Registrations(work).waiting(offer.offer_id), offer.terms.places)
    return KeptDraw(offer.offer_id, seed, outcome, METHOD, work.now, work.context.account_id)


def _give_places(work: Work, offer: Offer, made: KeptDraw) -> None:
    winners = made.outcome.winners
    if winners:
        codes = dict(zip(winners, new_codes(len(winners)), strict=True))
        _tell_winners(work, offer, Registrations(work).mark_won(codes))
    Registrations(work).mark_lost(offer.offer_id)


def _tell_winners(work: Work, offer: Offer, won: Iterable[Registration]) -> None:
    rows = [_won_row(work, offer, registration) for registration in won]
    work.session.execute(sa.insert(work.tables.outbox), rows)


def _won_row(work: Work, offer: Offer, won: Registration) -> dict[str, object]:
    fact = {
        "registration_id": won.registration_id,
        "offer_id": won.offer_id,
        "person_id": won.person_id,
        "kind": offer.terms.kind,
    }
    return outbox_row(work.service, work.authority_id, "place_won", won.registration_id, won.version, fact)


def _tell_completed(work: Work, offer: Offer, made: KeptDraw) -> None:
    counts = {"registrations": len(made.outcome.took_part), "winners": len(made.outcome.winners)}
    work.publish("draw_completed", offer.offer_id, offer.version, {"offer_id": offer.offer_id, **counts})
    work.audit("run_draw", offer.offer_id, after={**counts, "registrations_hash": made.outcome.registrations_hash})
