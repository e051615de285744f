"""Offers, from their authors to everybody: what is refused, what is moderated, what shows."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from atouts.bonplan.v1 import offers_pb2 as pb

from chassis.grpc_client import PeerRefused
from services.bonplan.store import pages
from tests.integration.bonplan.stage import AFTER, BEFORE, CLOSES, CULTURE, OPENS, SEASON, Stage


def test_an_offer_waits_for_a_moderator_and_then_shows_to_everybody(stage: Stage) -> None:
    """Not before, and not to other partners' lists; its fact goes out once it shows."""
    offer = stage.submit()
    assert (offer.state, offer.places_left, offer.version) == (pb.OFFER_STATE_SUBMITTED, 3, 1)
    assert (offer.scheme, offer.season, offer.value_cents) == (CULTURE, SEASON, 1600)
    assert (offer.opens_at.ToDatetime(OPENS.tzinfo), offer.closes_at.ToDatetime(OPENS.tzinfo)) == (OPENS, CLOSES)
    assert not stage.call("ListOffers", pb.ListOffersRequest()).offers
    with pytest.raises(PeerRefused, match="unknown_offer"):
        stage.see(offer.offer_id)
    waiting = stage.call("ListOffersToModerate", pb.ListOffersToModerateRequest(), stage.moderator).offers
    assert [each.offer_id for each in waiting] == [offer.offer_id]

    shown = stage.moderate(offer.offer_id)
    assert (shown.state, shown.version, shown.seed_commitment) == (pb.OFFER_STATE_PUBLISHED, 2, "")
    assert [each.offer_id for each in stage.call("ListOffers", pb.ListOffersRequest()).offers] == [offer.offer_id]
    assert stage.see(offer.offer_id).text.title == "Avant-première au Lumignon"
    (fact,) = stage.facts("offer_published")
    assert (fact.subject, fact.version) == (offer.offer_id, 2)
    assert fact.data == {
        "offer_id": offer.offer_id, "scheme": CULTURE, "season": SEASON, "kind": "registration",
    }  # fmt: skip


def test_a_rejected_offer_tells_its_author_why_and_shows_to_nobody_else(stage: Stage) -> None:
    offer_id = stage.submit().offer_id
    with pytest.raises(PeerRefused, match="reason_needed"):
        stage.moderate(offer_id, accept=False, reason=" ")
    stage.moderate(offer_id, accept=False, reason="Précisez l’âge minimum.")
    request = pb.ListPartnerOffersRequest(partner_id=stage.cinema)
    (own,) = stage.call("ListPartnerOffers", request, stage.delegate).offers
    assert (own.state, own.reason) == (pb.OFFER_STATE_REJECTED, "Précisez l’âge minimum.")
    with pytest.raises(PeerRefused, match="unknown_offer"):
        stage.see(offer_id)
    assert stage.facts("offer_published") == []


def test_an_offer_is_moderated_once(stage: Stage) -> None:
    offer_id = stage.published()
    with pytest.raises(PeerRefused, match="already_moderated"):
        stage.moderate(offer_id, accept=False, reason="Trop tard.")


def test_the_authoritys_own_offer_is_moderated_by_another_person_than_its_author(stage: Stage) -> None:
    offer = stage.submit(partner_id="")
    with pytest.raises(PeerRefused, match="second_person_needed"):
        stage.moderate(offer.offer_id, by=stage.author)
    assert stage.moderate(offer.offer_id).state == pb.OFFER_STATE_PUBLISHED


def test_an_offer_whose_closing_is_past_is_not_published_any_more(stage: Stage) -> None:
    """But it may be rejected."""
    offer_id = stage.submit().offer_id
    stage.move_to(AFTER)
    with pytest.raises(PeerRefused, match="closes_in_the_past"):
        stage.moderate(offer_id)
    assert stage.moderate(offer_id, accept=False, reason="Date passée.").state == pb.OFFER_STATE_REJECTED


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"title": "<b>Avant-première</b>"}, "text_refused", "text.title"),
        ({"title": '=HYPERLINK("http://example.org";"Gagné")'}, "text_refused", "text.title"),
        ({"title": "@SUM(A1)"}, "text_refused", "text.title"),
        ({"title": "Avant\u202epremière"}, "text_refused", "text.title"),
        ({"title": "é" * 121}, "text_refused", "text.title"),
        ({"description": "Venez !<script>alert(1)</script>"}, "text_refused", "text.description"),
        ({"description": "a\0b"}, "text_refused", "text.description"),
        ({"description": " \n "}, "text_refused", "text.description"),
        ({"prize": "+33 612345678"}, "text_refused", "text.prize"),
        ({"prize": "-1 place"}, "text_refused", "text.prize"),
        ({"prize": "<img src=x>"}, "text_refused", "text.prize"),
        ({"places": 0}, "places_refused", "places"),
        ({"places": -3}, "places_refused", "places"),
        ({"places": 10_001}, "places_refused", "places"),
        ({"value_cents": -1}, "value_refused", "value_cents"),
        ({"closes_at": OPENS}, "dates_out_of_order", "closes_at"),
        ({"opens_at": BEFORE, "closes_at": BEFORE + timedelta(days=1)}, "closes_in_the_past", "closes_at"),
        ({"scheme": "nowhere"}, "unknown_scheme", "scheme"),
        ({"season": "1999-2000"}, "unknown_season", "season"),
        ({"kind": "OFFER_KIND_DRAW"}, "draw_not_for_partners", "kind"),
        ({"kind": "OFFER_KIND_UNSPECIFIED"}, "malformed", "kind"),
        ({"closes_at": None}, "malformed", "closes_at"),
    ],
)
def test_what_an_author_may_not_write_is_refused_by_its_field(
    stage: Stage, changes: dict[str, Any], reason: str, field: str
) -> None:
    """HTML, formulas, hidden characters, impossible numbers and dates: nothing is kept of them."""
    with pytest.raises(PeerRefused) as refused:
        stage.submit(**changes)
    assert (refused.value.reason, refused.value.field) == (reason, field)
    request = pb.ListPartnerOffersRequest(partner_id=stage.cinema)
    assert not stage.call("ListPartnerOffers", request, stage.delegate).offers


def test_what_only_looks_dangerous_is_kept_as_written(stage: Stage) -> None:
    """A comparison is no tag, a dash within a text no formula, a list in a description no formula either."""
    offer = stage.submit(
        title="Places à < 10 € - ciné & débat", description="- une\r\n- deux", prize="2 places = 1 duo"
    )
    assert (offer.text.title, offer.text.prize) == ("Places à < 10 € - ciné & débat", "2 places = 1 duo")
    assert offer.text.description == "- une\n- deux"


def test_the_same_key_gives_the_same_offer_and_another_request_under_it_is_refused(stage: Stage) -> None:
    first = stage.submit(key="once")
    assert stage.submit(key="once") == first
    with pytest.raises(PeerRefused, match="idempotency_key_reused"):
        stage.submit(key="once", places=4)
    assert stage.submit(by=stage.delegate_of(stage.cinema, "principal"), key="once").offer_id != first.offer_id


def test_a_refusal_under_a_key_is_decided_anew(stage: Stage) -> None:
    """It changed nothing: the author mends the text and sends it under the same key."""
    with pytest.raises(PeerRefused, match="text_refused"):
        stage.submit(key="mended", title="<b>Avant-première</b>")
    assert stage.submit(key="mended").state == pb.OFFER_STATE_SUBMITTED


def test_lists_come_by_pages_each_offer_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last to close first; a partner's own list holds no other's; a token that is not ours is refused."""
    monkeypatch.setattr(pages, "PAGE", 2)
    mine = [stage.published(closes_at=CLOSES + timedelta(days=day)) for day in (1, 2, 3)]
    authoritys = stage.published(partner_id="", closes_at=CLOSES + timedelta(days=9))
    found: list[str] = []
    token = ""
    while not found or token:
        page = stage.call("ListOffers", pb.ListOffersRequest(page_token=token))
        found += [each.offer_id for each in page.offers]
        token = page.next_page_token
    assert found == [authoritys, *reversed(mine)]
    of_cinema = stage.call("ListOffers", pb.ListOffersRequest(partner_id=stage.cinema)).offers
    assert [each.offer_id for each in of_cinema] == [mine[2], mine[1]]
    for token in ("x", "W10=", "WyJub3ciLCJ4Il0="):
        with pytest.raises(PeerRefused, match="malformed"):
            stage.call("ListOffers", pb.ListOffersRequest(page_token=token))


def test_an_id_that_is_none_is_malformed_and_an_unknown_one_is_not_found(stage: Stage) -> None:
    with pytest.raises(PeerRefused, match="malformed"):
        stage.see("1; DROP TABLE offers")
    with pytest.raises(PeerRefused, match="unknown_offer"):
        stage.see(str(uuid.uuid4()))


def test_who_wrote_and_who_moderated_is_in_the_audit_trail(stage: Stage) -> None:
    offer_id = stage.published()
    kept = [(act.act, act.subject, act.account_id) for act in stage.acts()]
    assert kept == [
        ("submit_offer", offer_id, stage.delegate.account_id),
        ("moderate_offer", offer_id, stage.moderator.account_id),
    ]
