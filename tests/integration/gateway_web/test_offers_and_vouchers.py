"""Bons plans, vouchers and links: what the pages ask, show and refuse."""

from __future__ import annotations

import re

import pytest
from atouts.bonplan.v1 import offers_pb2, registrations_pb2
from atouts.notification.v1 import subscriptions_pb2
from atouts.partner.v1 import accreditations_pb2
from atouts.wallet.v1 import movements_pb2, vouchers_pb2

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_OFFER = offers_pb2.Offer(
    offer_id="o1", kind=offers_pb2.OFFER_KIND_REGISTRATION, state=offers_pb2.OFFER_STATE_PUBLISHED,
    text=offers_pb2.OfferText(title="<script>alert(1)</script>", description="=HYPERLINK(1)", prize="1 place"),
    scheme="culture-sport", season="2025-2026", places=10, places_left=3,
)  # fmt: skip
_WALLETS = movements_pb2.ListWalletsResponse(
    wallets=[
        movements_pb2.Wallet(
            wallet_id=name, scheme="culture-sport", season="2025-2026", benefit=benefit, title=name, category=benefit,
            balance_cents=3000, credited_cents=3000, spend_until="2026-06-30",
        )
        for name, benefit in (("w-sport", "pratique"), ("w-cine", "cinema"))
    ]
)  # fmt: skip
_VOUCHER = vouchers_pb2.Voucher(
    voucher_id="v1", code="ABCD-EFGH", state=vouchers_pb2.VOUCHER_STATE_OPEN, title="Pratique", partner_id="p1",
    amount_cents=1500, expires_on="2026-06-30",
)  # fmt: skip
_CLOSED = Answer(Status.FAILED_PRECONDITION, "closed", "Les inscriptions sont closes depuis hier.", "Closed.")


@pytest.fixture
def young(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in()
    services.answers["GetOffer"] = offers_pb2.GetOfferResponse(offer=_OFFER)
    services.answers["ListWallets"] = _WALLETS
    services.answers["ListVouchers"] = vouchers_pb2.ListVouchersResponse(vouchers=[_VOUCHER])
    services.answers["SearchDirectory"] = accreditations_pb2.SearchDirectoryResponse(
        entries=[accreditations_pb2.DirectoryEntry(partner_id="p1", public_name="Club", city="Caen")]
    )
    return browser


def test_an_offer_s_words_are_text_for_everybody(browser: Browser, services: FakeServices) -> None:
    """Markup in a title is shown, not run; a passer-by is told to sign in, and comes back."""
    services.answers["GetOffer"] = offers_pb2.GetOfferResponse(offer=_OFFER)
    services.answers["ListOffers"] = offers_pb2.ListOffersResponse(offers=[_OFFER])
    for path in ("/bons-plans", "/bons-plans/o1"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "/compte/connexion?vers=%2Fbons-plans%2Fo1" in browser.get("/bons-plans/o1").text.replace("%2f", "%2F")


def test_a_registration_after_closing_is_refused_on_the_offer_s_page(young: Browser, services: FakeServices) -> None:
    services.answers["Register"] = _CLOSED
    response = young.post("/bons-plans/o1/inscription")
    assert response.status_code == 422
    assert "Les inscriptions sont closes depuis hier." in response.text


def test_whoever_has_a_place_may_give_it_back_and_sees_their_code(young: Browser, services: FakeServices) -> None:
    """Found on whichever page of their registrations it is."""
    registration = registrations_pb2.Registration(
        offer=_OFFER, state=registrations_pb2.REGISTRATION_STATE_WON, attendance_code="PLACE-77"
    )
    services.answers["ListMyRegistrations"] = registrations_pb2.ListMyRegistrationsResponse(
        registrations=[registration]
    )
    page = young.get("/bons-plans/o1").text
    assert "PLACE-77" in page
    assert "/bons-plans/o1/retrait" in page
    assert "/bons-plans/o1/inscription" not in page
    assert young.post("/bons-plans/o1/retrait").headers["location"] == "/bons-plans/o1?fait=retire"


def test_a_cashier_sees_no_register_button(browser: Browser, services: FakeServices) -> None:
    services.answers["GetOffer"] = offers_pb2.GetOfferResponse(offer=_OFFER)
    browser.sign_in(AccountKind.PARTNER)
    assert "/inscription" not in browser.get("/bons-plans/o1").text


def test_a_drawn_offer_shows_what_proves_the_draw(browser: Browser, services: FakeServices) -> None:
    drawn = offers_pb2.Offer()
    drawn.CopyFrom(_OFFER)
    drawn.kind, drawn.state = offers_pb2.OFFER_KIND_DRAW, offers_pb2.OFFER_STATE_DRAWN
    drawn.seed_commitment = "c0ffee"
    services.answers["GetOffer"] = offers_pb2.GetOfferResponse(offer=drawn)
    services.answers["GetDraw"] = registrations_pb2.GetDrawResponse(
        draw=registrations_pb2.Draw(seed="5eed", method="sha256-v1", registration_ids=["a", "b"], winner_ids=["b"])
    )
    page = browser.get("/bons-plans/o1").text
    for shown in ("c0ffee", "5eed", "sha256-v1"):
        assert shown in page


def test_only_wallets_that_may_be_reserved_are_offered(young: Browser) -> None:
    """By the rulebook's channels: sport and art take vouchers, the cinema does not (§3.2.1)."""
    page = young.get("/mon-espace/coupons").text
    assert "/mon-espace/coupons/nouveau/w-sport" in page
    assert "/mon-espace/coupons/nouveau/w-cine" not in page
    assert young.get("/mon-espace/coupons/nouveau/w-cine").status_code == 404


def _key(page: str) -> str:
    return str(re.findall(r'name="idempotency_key" value="([^"]+)"', page)[0])


def test_a_voucher_is_made_in_cents_under_the_form_s_key(young: Browser, services: FakeServices) -> None:
    services.answers["CreateVoucher"] = vouchers_pb2.CreateVoucherResponse(voucher=_VOUCHER)
    path = "/mon-espace/coupons/nouveau/w-sport"
    key = _key(young.get(path).text)
    response = young.post(path, {"idempotency_key": key, "partner_id": "p1", "amount_cents": "12,50"})
    sent = services.last.request
    assert response.headers["location"] == "/mon-espace/coupons/v1?fait=cree"
    assert (sent.idempotency_key, sent.amount_cents, sent.benefit) == (key, 1250, "pratique")


@pytest.mark.parametrize("amount", ["-5", "0", "1,234", "1e3", "douze", "12\x00"])
def test_an_amount_that_is_none_is_refused_before_any_call(young: Browser, services: FakeServices, amount: str) -> None:
    path = "/mon-espace/coupons/nouveau/w-sport"
    response = young.post(path, {"idempotency_key": "k", "partner_id": "p1", "amount_cents": amount})
    assert response.status_code == 422
    assert 'href="#amount_cents"' in response.text
    assert "CreateVoucher" not in [call.rpc for call in services.calls]


@pytest.mark.parametrize(("status", "same"), [(Status.UNAVAILABLE, True), (Status.FAILED_PRECONDITION, False)])
def test_the_key_stays_only_while_the_outcome_is_not_known(
    young: Browser, services: FakeServices, status: Status, same: bool
) -> None:
    """After a time-out the same key goes out again; after a refusal, which is frozen under it, a new one."""
    services.answers["CreateVoucher"] = Answer(status, "whatever", "Phrase.", "Sentence.")
    form = {"idempotency_key": "cle-1", "partner_id": "p1", "amount_cents": "5"}
    response = young.post("/mon-espace/coupons/nouveau/w-sport", form)
    assert (_key(response.text) == "cle-1") is same


def test_a_voucher_is_printable_and_given_back_once(young: Browser, services: FakeServices) -> None:
    page = young.get("/mon-espace/coupons/v1").text
    assert "ABCD-EFGH" in page
    assert "<svg" in page
    response = young.post("/mon-espace/coupons/v1/rendre", {"idempotency_key": _key(page)})
    assert response.headers["location"] == "/mon-espace/coupons?fait=rendu"
    assert services.last.rpc == "ReleaseVoucher"


def test_another_person_s_voucher_is_not_found(young: Browser) -> None:
    assert young.get("/mon-espace/coupons/v2").status_code == 404


def test_a_code_for_another_authority_is_shown_once_and_a_link_can_end(young: Browser, services: FakeServices) -> None:
    """Nothing of it is in an address; the page loaded again does not show it."""
    services.answers["IssueMembershipCode"] = subscriptions_pb2.IssueMembershipCodeResponse(code="LIEN-1234")
    services.answers["ListMyLinks"] = subscriptions_pb2.ListMyLinksResponse(
        links=[subscriptions_pb2.Link(subscriber_id="flers-agglo", subscriber_name="Flers Agglo")]
    )
    response = young.post("/mon-espace/liens")
    assert response.status_code == 200
    assert "LIEN-1234" in response.text
    assert "LIEN-1234" not in young.get("/mon-espace/liens").text
    assert young.post("/mon-espace/liens/flers-agglo/fin").headers["location"] == "/mon-espace/liens?fait=fini"
    assert services.last.request.subscriber_id == "flers-agglo"
