"""Registrations end by themselves, right after the last instant at which one may register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chassis.work import Work
from services.bonplan.domain.offer import Offer
from services.bonplan.store.offers import Offers

KIND = "close_offer"
_AFTER = timedelta(microseconds=1)  # PostgreSQL's own grain


def schedule_closing(work: Work, offer: Offer) -> None:
    work.schedule(KIND, offer.offer_id, offer.terms.closes_at + _AFTER, {"offer_id": offer.offer_id})


def close_offer(work: Work, payload: Mapping[str, Any]) -> None:
    """Close it, once whoever registers or withdraws at this moment is done; a drawn one stays as it is."""
    offer = Offers(work).lock(payload["offer_id"])
    closed = offer.close()
    if closed is not offer:
        Offers(work).save(closed)
