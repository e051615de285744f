"""Decisions on an offer, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.bonplan.domain import errors
from services.bonplan.domain.offer import Offer, OfferKind, OfferState, OfferText, Terms

OPENS = datetime(2025, 10, 1, 7, tzinfo=UTC)
CLOSES = datetime(2025, 10, 20, 16, tzinfo=UTC)
TERMS = Terms(
    "p", OfferKind.REGISTRATION, OfferText("Avant-première", "Un film.", "1 place"), "culture-sport", "2025-2026", 3,
    1600, OPENS, CLOSES,
)  # fmt: skip
SUBMITTED = Offer("o", TERMS, "author", OfferState.SUBMITTED, 3, 1, OPENS)
DRAW = replace(SUBMITTED, terms=replace(TERMS, partner_id="", kind=OfferKind.DRAW))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"places": 0}, errors.PlacesRefused),
        ({"places": 10_001}, errors.PlacesRefused),
        ({"value_cents": -1}, errors.ValueRefused),
        ({"closes_at": OPENS}, errors.DatesOutOfOrder),
        ({"opens_at": CLOSES + timedelta(1)}, errors.DatesOutOfOrder),
        ({"text": OfferText("=1", "Un film.", "1 place")}, errors.TextLikeFormula),
    ],
)
def test_impossible_terms_are_refused(changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        replace(TERMS, **changes).checked(OPENS)


def test_terms_at_their_limits_are_kept() -> None:
    """One place and ten thousand, worth nothing, closing now."""
    for places in (1, 10_000):
        assert replace(TERMS, places=places, value_cents=0).checked(CLOSES).places == places
    with pytest.raises(errors.ClosesInThePast):
        TERMS.checked(CLOSES + timedelta(microseconds=1))


def test_a_draw_shows_its_commitment_from_publication_and_a_registration_has_none() -> None:
    assert DRAW.accept("moderator", OPENS, "abc").seed_commitment == "abc"
    assert SUBMITTED.accept("moderator", OPENS, "").seed_commitment == ""


def test_nobody_moderates_their_own_offer_nor_one_twice() -> None:
    published = SUBMITTED.accept("moderator", OPENS, "")
    with pytest.raises(errors.AlreadyModerated):
        published.reject("moderator", "Non.")
    with pytest.raises(errors.SecondPersonNeeded):
        SUBMITTED.accept("author", OPENS, "")
    with pytest.raises(errors.SecondPersonNeeded):
        SUBMITTED.reject("author", "Non.")


def test_a_rejection_has_a_reason_that_is_a_text_as_any_other() -> None:
    with pytest.raises(errors.ReasonNeeded):
        SUBMITTED.reject("moderator", "\n ")
    with pytest.raises(errors.TextWithMarkup):
        SUBMITTED.reject("moderator", "<i>Non</i>")
    assert SUBMITTED.reject("moderator", " Hors sujet. ").reason == "Hors sujet."


@pytest.mark.parametrize("state", [OfferState.SUBMITTED, OfferState.REJECTED])
def test_an_offer_that_does_not_show_is_unknown_to_members(state: OfferState) -> None:
    with pytest.raises(errors.UnknownOffer):
        replace(SUBMITTED, state=state).require_open(OPENS)


def test_the_window_holds_both_its_ends() -> None:
    """And a closed state closes at once, whatever the clock of a late request says."""
    offer, moment = SUBMITTED.accept("moderator", OPENS, ""), timedelta(microseconds=1)
    for instant in (OPENS, CLOSES):
        offer.require_open(instant)
    with pytest.raises(errors.RegistrationNotOpen):
        offer.require_open(OPENS - moment)
    with pytest.raises(errors.RegistrationClosed):
        offer.require_open(CLOSES + moment)
    with pytest.raises(errors.RegistrationClosed):
        offer.close().require_open(CLOSES)


def test_closing_is_done_once_and_leaves_a_drawn_offer_drawn() -> None:
    published = DRAW.accept("moderator", OPENS, "abc")
    closed = published.close()
    assert (closed.state, closed.version) == (OfferState.CLOSED, published.version + 1)
    assert closed.close() is closed
    drawn = closed.drawn(2)
    assert (drawn.state, drawn.places_left, drawn.close()) == (OfferState.DRAWN, 1, drawn)


def test_sentences_tell_days_and_times_of_paris() -> None:
    """In winter and in summer."""
    assert (errors.RegistrationClosed(CLOSES).day, errors.RegistrationClosed(CLOSES).time) == ("20/10/2025", "18:00")
    winter = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    assert (errors.DrawTooEarly(winter).day, errors.DrawTooEarly(winter).time) == ("01/01/2026", "00:30")
