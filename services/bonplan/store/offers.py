"""Offers, and the locks under which their places are given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from chassis.work import Work
from services.bonplan.domain.errors import UnknownOffer
from services.bonplan.domain.offer import Offer, OfferKind, OfferState, OfferText, OfferType, Terms
from services.bonplan.store.tables import offers


class Offers:
    """Offers of the work's authority."""

    def __init__(self, work: Work) -> None:
        self._session = work.session
        self._authority_id = work.authority_id
        self._own = offers.c.authority_id == work.authority_id

    def add(self, offer: Offer) -> None:
        fixed = {
            "authority_id": self._authority_id,
            "offer_id": offer.offer_id,
            "author_id": offer.author_id,
            "submitted_at": offer.submitted_at,
        }
        self._session.execute(sa.insert(offers).values(fixed | _terms_values(offer.terms) | _state_values(offer)))

    def find(self, offer_id: str) -> Offer:
        """Raises UnknownOffer."""
        return self._one(offer_id, self._select(offer_id))

    def lock(self, offer_id: str) -> Offer:
        """Held alone: places are given and states change by one at a time. Raises UnknownOffer."""
        return self._one(offer_id, self._select(offer_id).with_for_update())

    def lock_shared(self, offer_id: str) -> Offer:
        """Held with others, and against whoever closes or draws: nobody joins a draw that is being run.

        Raises UnknownOffer.
        """
        return self._one(offer_id, self._select(offer_id).with_for_update(read=True))

    def kind_of(self, offer_id: str) -> OfferKind:
        """Never changes, so that it may be read before the row is locked. Raises UnknownOffer."""
        row = self._session.execute(sa.select(offers.c.kind).where(self._own, offers.c.offer_id == offer_id)).first()
        if row is None:
            raise UnknownOffer(offer_id)
        return OfferKind(row.kind)

    def save(self, offer: Offer) -> None:
        self._update(offer.offer_id, _state_values(offer))

    def save_published(self, offer: Offer, sealed_seed: bytes | None) -> None:
        """`sealed_seed` is a draw's."""
        self._update(offer.offer_id, _state_values(offer) | {"sealed_seed": sealed_seed})

    def sealed_seed(self, offer_id: str) -> bytes:
        """Of a draw that was published."""
        sealed: bytes = self._session.execute(
            sa.select(offers.c.sealed_seed).where(self._own, offers.c.offer_id == offer_id)
        ).scalar_one()
        return sealed

    def take_place(self, offer_id: str) -> None:
        """Under the offer's lock."""
        self._update(offer_id, {"places_left": offers.c.places_left - 1})

    def give_place_back(self, offer_id: str) -> None:
        """Under the offer's lock."""
        self._update(offer_id, {"places_left": offers.c.places_left + 1})

    def many(self, offer_ids: Iterable[str]) -> dict[str, Offer]:
        rows = self._session.execute(sa.select(offers).where(self._own, offers.c.offer_id.in_(list(offer_ids))))
        return {row.offer_id: offer_of(row) for row in rows}

    def _select(self, offer_id: str) -> sa.Select[Any]:
        return sa.select(offers).where(self._own, offers.c.offer_id == offer_id)

    def _one(self, offer_id: str, statement: sa.Select[Any]) -> Offer:
        row = self._session.execute(statement).first()
        if row is None:
            raise UnknownOffer(offer_id)
        return offer_of(row)

    def _update(self, offer_id: str, values: dict[str, Any]) -> None:
        self._session.execute(sa.update(offers).where(self._own, offers.c.offer_id == offer_id).values(values))


def offer_of(row: Any) -> Offer:
    text = OfferText(row.title, row.description, row.prize)
    terms = Terms(
        row.partner_id or "",
        OfferKind(row.kind),
        text,
        row.scheme,
        row.season,
        row.places,
        row.value_cents,
        row.opens_at,
        row.closes_at,
        OfferType(row.type),
        row.theme,
    )
    return Offer(
        row.offer_id,
        terms,
        row.author_id,
        OfferState(row.state),
        row.places_left,
        row.version,
        row.submitted_at,
        row.moderated_by,
        row.reason,
        row.seed_commitment,
    )


def _terms_values(terms: Terms) -> dict[str, Any]:
    return {
        "partner_id": terms.partner_id or None,
        "kind": terms.kind,
        "title": terms.text.title,
        "description": terms.text.description,
        "prize": terms.text.prize,
        "scheme": terms.scheme,
        "season": terms.season,
        "places": terms.places,
        "value_cents": terms.value_cents,
        "opens_at": terms.opens_at,
        "closes_at": terms.closes_at,
        "type": terms.type,
        "theme": terms.theme,
    }


def _state_values(offer: Offer) -> dict[str, Any]:
    return {
        "state": offer.state,
        "places_left": offer.places_left,
        "moderated_by": offer.moderated_by,
        "reason": offer.reason,
        "seed_commitment": offer.seed_commitment,
        "version": offer.version,
    }
