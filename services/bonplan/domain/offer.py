"""An offer, from what its author writes to its closing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.bonplan.domain.errors import (
    AlreadyModerated,
    ClosesInThePast,
    DatesOutOfOrder,
    DrawTooEarly,
    NotADraw,
    PlacesRefused,
    ReasonNeeded,
    RegistrationClosed,
    RegistrationNotOpen,
    SecondPersonNeeded,
    UnknownOffer,
    ValueRefused,
)
from services.bonplan.domain.texts import line, paragraphs

TITLE_LENGTH = 120
DESCRIPTION_LENGTH = 4_000
PRIZE_LENGTH = 200
REASON_LENGTH = 1_000
MOST_PLACES = 10_000


class OfferKind(StrEnum):
    """How places are given: in order of arrival, or by a draw (règlement 2025-2026, §3.2.2)."""

    REGISTRATION = "registration"
    DRAW = "draw"


class OfferType(StrEnum):
    """What an offer is, as rulebooks name it; `unspecified` where a rulebook knows no types."""

    UNSPECIFIED = ""
    PRICE_CUT = "price_cut"
    PROMO_CODE = "promo_code"
    GIFT = "gift"
    CONTEST = "contest"
    INVITATION = "invitation"
    EVENT = "event"


class OfferState(StrEnum):
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    PUBLISHED = "published"
    CLOSED = "closed"
    DRAWN = "drawn"

    @property
    def is_public(self) -> bool:
        """True once a moderator accepted it: everybody may see it."""
        return self in PUBLIC


PUBLIC = frozenset({OfferState.PUBLISHED, OfferState.CLOSED, OfferState.DRAWN})


@dataclass(frozen=True, slots=True)
class OfferText:
    """What the author writes, in French. `prize`: what is won, in words."""

    title: str
    description: str
    prize: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What an author proposes. `partner_id` is empty for the authority's own offers.

    `scheme`, `season`: whose rulebook says who may register. `closes_at`: the last instant at which one may.
    `theme`: an id of that rulebook, or "".
    """

    partner_id: str
    kind: OfferKind
    text: OfferText
    scheme: str
    season: str
    places: int
    value_cents: int
    opens_at: datetime
    closes_at: datetime
    type: OfferType = OfferType.UNSPECIFIED
    theme: str = ""

    @property
    def author(self) -> str:
        """Who offers it, as rulebooks name authors."""
        return "partner" if self.partner_id else "authority"

    def checked(self, now: datetime) -> Terms:
        """The same, its text as it is kept. Raises the first refusal, which names its field."""
        text = OfferText(
            line(self.text.title, "text.title", TITLE_LENGTH),
            paragraphs(self.text.description, "text.description", DESCRIPTION_LENGTH),
            line(self.text.prize, "text.prize", PRIZE_LENGTH),
        )
        if not 1 <= self.places <= MOST_PLACES:
            raise PlacesRefused(MOST_PLACES)
        if self.value_cents < 0:
            raise ValueRefused
        if self.closes_at <= self.opens_at:
            raise DatesOutOfOrder
        if self.closes_at < now:
            raise ClosesInThePast
        return replace(self, text=text)


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as it stands. `seed_commitment` is a published draw's, `reason` a rejected offer's."""

    offer_id: str
    terms: Terms
    author_id: str
    state: OfferState
    places_left: int
    version: int
    submitted_at: datetime
    moderated_by: str = ""
    reason: str = ""
    seed_commitment: str = ""

    @property
    def is_draw(self) -> bool:
        return self.terms.kind is OfferKind.DRAW

    def accept(self, by: str, now: datetime, seed_commitment: str) -> Offer:
        """Raises AlreadyModerated, SecondPersonNeeded, ClosesInThePast."""
        self._require_moderator(by)
        if self.terms.closes_at < now:
            raise ClosesInThePast
        accepted = replace(self, state=OfferState.PUBLISHED, moderated_by=by, version=self.version + 1)
        return replace(accepted, seed_commitment=seed_commitment) if self.is_draw else accepted

    def reject(self, by: str, reason: str) -> Offer:
        """`reason` is shown to the author. Raises AlreadyModerated, SecondPersonNeeded, ReasonNeeded, TextRefused,
        TextWithMarkup, TextLikeFormula."""
        self._require_moderator(by)
        if not reason.strip():
            raise ReasonNeeded
        told = line(reason, "reason", REASON_LENGTH)
        return replace(self, state=OfferState.REJECTED, moderated_by=by, reason=told, version=self.version + 1)

    def is_over(self, now: datetime) -> bool:
        """Whether nobody may register or withdraw any more; the closing itself may still be on its way."""
        return self.state in (OfferState.CLOSED, OfferState.DRAWN) or now > self.terms.closes_at

    def require_open(self, now: datetime) -> None:
        """Raises UnknownOffer, RegistrationClosed, RegistrationNotOpen."""
        self.require_not_over(now)
        if now < self.terms.opens_at:
            raise RegistrationNotOpen(self.terms.opens_at)

    def require_not_over(self, now: datetime) -> None:
        """Raises UnknownOffer, RegistrationClosed."""
        if not self.state.is_public:
            raise UnknownOffer(self.offer_id)
        if self.is_over(now):
            raise RegistrationClosed(self.terms.closes_at)

    def require_draw(self) -> None:
        """Raises UnknownOffer, NotADraw."""
        if not self.state.is_public:
            raise UnknownOffer(self.offer_id)
        if not self.is_draw:
            raise NotADraw(self.offer_id)

    def close(self) -> Offer:
        """Registrations are over. An offer whose draw was run stays drawn."""
        if self.state is not OfferState.PUBLISHED:
            return self
        return replace(self, state=OfferState.CLOSED, version=self.version + 1)

    def require_over(self, now: datetime) -> None:
        """Raises DrawTooEarly."""
        if not self.is_over(now):
            raise DrawTooEarly(self.terms.closes_at)

    def drawn(self, winners: int) -> Offer:
        """The places that nobody won stay with the organiser: there is no second draw (règlement 2025-2026, §3.2.2)."""
        left = self.terms.places - winners
        return replace(self, state=OfferState.DRAWN, places_left=left, version=self.version + 1)

    def _require_moderator(self, by: str) -> None:
        if self.state is not OfferState.SUBMITTED:
            raise AlreadyModerated(self.state)
        if by == self.author_id:
            raise SecondPersonNeeded
