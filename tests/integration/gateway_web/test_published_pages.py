"""Published bons plans as moderators follow them: registrants, attendance, the draw."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from atouts.bonplan.v1 import offers_pb2, registrations_pb2

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_LIST = "/agents/bons-plans/publies"
_PATH = f"{_LIST}/o1"


def shown(services: FakeServices, kind: int, state: int, closes: datetime) -> None:
    """An offer with one registrant who has a place."""
    offer = offers_pb2.Offer(offer_id="o1", text=offers_pb2.OfferText(title="Concert < 2 h", prize="1 place"))
    offer.kind, offer.state = offers_pb2.OfferKind.Name(kind), offers_pb2.OfferState.Name(state)  # type: ignore[assignment]  # protobuf takes the names
    offer.closes_at.FromDatetime(closes)
    entries = registrations_pb2.ListRegistrantsResponse()
    entries.registrants.add(
        registration_id="r1",
        state=registrations_pb2.REGISTRATION_STATE_WON,
        attendance_code="K7Q",
        name="Zoé Fictiveau",
    )
    services.answers["ListOffers"] = offers_pb2.ListOffersResponse(offers=[offer])
    services.answers["GetOffer"] = offers_pb2.GetOfferResponse(offer=offer)
    services.answers["ListRegistrants"] = entries


_PAST, _TO_COME = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
def moderator(browser: Browser) -> Browser:
    browser.sign_in(AccountKind.STAFF, roles=("moderation",))
    return browser


def test_published_ones_are_listed_beside_those_to_read(moderator: Browser, services: FakeServices) -> None:
    shown(services, offers_pb2.OFFER_KIND_DRAW, offers_pb2.OFFER_STATE_PUBLISHED, _TO_COME)
    assert f'href="{_LIST}"' in moderator.get("/agents/bons-plans").text
    page = moderator.get(_LIST).text
    assert f'href="{_PATH}"' in page
    assert "Concert &lt; 2 h" in page


@pytest.mark.parametrize(
    ("kind", "state", "closes", "draws"),
    [
        (offers_pb2.OFFER_KIND_DRAW, offers_pb2.OFFER_STATE_PUBLISHED, _TO_COME, False),
        (offers_pb2.OFFER_KIND_DRAW, offers_pb2.OFFER_STATE_PUBLISHED, _PAST, True),
        (offers_pb2.OFFER_KIND_DRAW, offers_pb2.OFFER_STATE_CLOSED, _PAST, True),
        (offers_pb2.OFFER_KIND_DRAW, offers_pb2.OFFER_STATE_DRAWN, _PAST, False),
        (offers_pb2.OFFER_KIND_REGISTRATION, offers_pb2.OFFER_STATE_CLOSED, _PAST, False),
    ],
)
def test_a_draw_is_offered_once_registrations_are_over(
    moderator: Browser, services: FakeServices, kind: int, state: int, closes: datetime, draws: bool
) -> None:
    """And not again, nor where places go to the first."""
    shown(services, kind, state, closes)
    assert ("Tirer au sort" in moderator.get(_PATH).text) is draws


def test_a_draw_is_run_by_its_offer(moderator: Browser, services: FakeServices) -> None:
    shown(services, offers_pb2.OFFER_KIND_DRAW, offers_pb2.OFFER_STATE_CLOSED, _PAST)
    assert moderator.post(f"{_PATH}/tirage").headers["location"] == f"{_PATH}?fait=tire"
    assert (services.last.rpc, services.last.request.offer_id) == ("RunDraw", "o1")
    services.answers["RunDraw"] = Answer(Status.FAILED_PRECONDITION, "draw_too_early", "Après la clôture.", "Later.")
    assert "Après la clôture." in moderator.post(f"{_PATH}/tirage").text


def test_attendance_is_told_once_registrations_are_over(moderator: Browser, services: FakeServices) -> None:
    """Of who has a place."""
    shown(services, offers_pb2.OFFER_KIND_REGISTRATION, offers_pb2.OFFER_STATE_PUBLISHED, _TO_COME)
    assert "presences" not in moderator.get(_PATH).text
    shown(services, offers_pb2.OFFER_KIND_REGISTRATION, offers_pb2.OFFER_STATE_CLOSED, _PAST)
    page = moderator.get(_PATH).text
    assert "Zoé Fictiveau : absent" in page
    assert moderator.post(f"{_PATH}/presences/r1", {"came": "non"}).headers["location"] == f"{_PATH}?fait=note"
    sent = services.last.request
    assert (sent.offer_id, sent.registration_id, sent.attendance) == ("o1", "r1", registrations_pb2.ATTENDANCE_ABSENT)
    assert moderator.post(f"{_PATH}/presences/r1", {"came": "peut-être"}).status_code == 422
