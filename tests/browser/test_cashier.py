"""A cashier before the till's pages: scan, see, take, take back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Request, Route, expect

from demo.organisations import Organisation
from tests.browser import film, weights
from tests.browser.desk import Desk
from tests.browser.town import CINEMA, MUSEUM, SPORTS_CLUB, Town

pytestmark = pytest.mark.timeout(900)

_AMOUNT = "Montant en euros"
_SEND_TWICE = """() => {
  const form = document.querySelector("form[data-once]");
  const send = () => fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  return Promise.all([send(), send()]).then((answers) => answers.map((answer) => answer.url));
}"""
_NO_CAMERA = """() => {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); };
}"""


def till(town: Town, desk: Desk, organisation: Organisation = CINEMA) -> Page:
    """The till's first page, as the partner's cashier sees it after signing in."""
    page = desk.page(town.partner(organisation).till.login)
    page.goto("/caisse")
    expect(page.get_by_role("heading", level=1)).to_contain_text(organisation.public_name)
    return page


def open_card(town: Town, page: Page) -> None:
    """Type the code of the member's card."""
    page.get_by_label("Code de la carte ou du coupon").fill(town.fresh_code(town.member))
    page.get_by_role("button", name="Ouvrir").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Carte ouverte")


def take(page: Page, amount: str) -> None:
    page.get_by_label(_AMOUNT).fill(amount)
    page.get_by_role("button", name="Encaisser", exact=True).click()


def _send_aside(request: Request, page: Page) -> int:
    """Send what the browser would have sent; the browser never sees the answer, nor its cookies. The status."""
    place = urlsplit(request.url)
    cookies = page.context.cookies(request.url)
    answer = httpx.post(
        request.url.replace(str(place.hostname), "127.0.0.1"),
        content=request.post_data_buffer,
        headers={
            "Host": place.netloc,
            "Origin": f"{place.scheme}://{place.netloc}",
            "Content-Type": request.headers["content-type"],
            "Cookie": "; ".join(f"{each['name']}={each['value']}" for each in cookies),
        },
        timeout=30,
    )
    return answer.status_code


def _take_and_lose(page: Page, amount: str) -> None:
    """The payment is made, and the cashier's browser never hears of it."""
    page.route("**/passages/**", lambda route: _lose_answer(route, page))
    with page.expect_event("requestfailed"):
        take(page, amount)
    page.unroute_all()


def _lose_answer(route: Route, page: Page) -> None:
    if route.request.method == "POST":
        assert _send_aside(route.request, page) == 303
        route.abort("aborted")
    else:
        route.continue_()


def test_a_card_is_scanned_by_the_camera_paid_with_and_the_payment_taken_back(
    town: Town, desk: Desk, camera: Path
) -> None:
    """From the QR before the camera to the receipt, and back to the full balance."""
    page = till(town, desk)
    before = town.balance(town.member, "cinema")
    desk.shoot(page, "caisse-scan")
    film.of_code(camera, town.fresh_code(town.member))
    page.get_by_role("button", name="Scanner le QR code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Carte ouverte")
    expect(page.get_by_role("main")).to_contain_text("Cinéma")
    desk.shoot(page, "caisse-carte")

    take(page, "7,50")
    expect(page.get_by_role("heading", level=1)).to_have_text("Paiement enregistré")
    expect(page.get_by_label("Reçu")).to_contain_text("7,50")
    assert weights.look(page) == []
    desk.shoot(page, "caisse-recu")
    assert town.balance(town.member, "cinema") == before - 750

    page.get_by_role("link", name="Annuler ce paiement").click()
    page.get_by_role("button", name="Oui, annuler le paiement").click()
    expect(page.get_by_role("status")).to_contain_text("Le paiement est annulé")
    desk.shoot(page, "caisse-journee")
    assert town.balance(town.member, "cinema") == before


def test_a_use_is_recorded_and_taken_back_where_payments_are(town: Town, desk: Desk) -> None:
    """From its receipt, and from the list of the day: nothing is paid, and the holder has the use again."""
    holder = town.museum_goer
    before = town.uses_left(holder)
    page = till(town, desk, MUSEUM)
    _record_use(page, town.fresh_code(holder))
    desk.shoot(page, "caisse-passage")
    page.get_by_role("link", name="Annuler ce passage").click()
    desk.shoot(page, "caisse-passage-annuler")
    page.get_by_role("button", name="Oui, annuler le passage").click()
    expect(page.get_by_role("status")).to_contain_text("Le passage est annulé")
    assert town.uses_left(holder) == before

    page.goto(page.url.rpartition("/")[0])
    _record_use(page, town.fresh_code(holder))
    assert town.uses_left(holder) == before - 1
    page.get_by_role("link", name="Encaissements du jour").click()
    listed = page.get_by_role("region", name="Liste des passages")
    expect(listed.get_by_text("Annulé", exact=True)).to_be_visible()
    desk.shoot(page, "caisse-journee-passages")
    listed.get_by_role("link", name="Annuler").click()
    page.get_by_role("button", name="Oui, annuler le passage").click()
    expect(page.get_by_role("status")).to_contain_text("Le passage est annulé")
    assert town.uses_left(holder) == before


def test_a_use_of_another_day_stays(town: Town, desk: Desk) -> None:
    """The window is that of payments: the day after, the wallet's sentence says so and nothing changes."""
    holder = town.museum_goer
    page = till(town, desk, MUSEUM)
    _record_use(page, town.fresh_code(holder))
    left = town.uses_left(holder)
    page.get_by_role("link", name="Annuler ce passage").click()
    town.stage.clock.move(town.now + timedelta(days=1))
    page.get_by_role("button", name="Oui, annuler le passage").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert town.uses_left(holder) == left


def _record_use(page: Page, code: str) -> None:
    page.get_by_label("Code de la carte ou du coupon").fill(code)
    page.get_by_role("button", name="Ouvrir").click()
    page.get_by_role("button", name="Enregistrer le passage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Passage enregistré")


def test_a_reload_and_a_second_click_never_pay_twice(town: Town, desk: Desk) -> None:
    """The same form sent twice at the same moment is one payment, and its receipt may be loaded again."""
    page = till(town, desk)
    open_card(town, page)
    before = town.balance(town.member, "cinema")
    passage = page.url
    page.get_by_label(_AMOUNT).fill("1,00")
    reached = page.evaluate(_SEND_TWICE)
    assert len(set(reached)) == 1
    page.goto(reached[0])
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paiement enregistré")
    assert town.balance(town.member, "cinema") == before - 100
    page.goto(passage)
    expect(page.get_by_text("Déjà encaissé pour ce client")).to_be_visible()


def test_another_amount_after_a_lost_answer_is_not_taken(town: Town, desk: Desk) -> None:
    """After a lost answer another amount is not taken: the cashier is sent to the day's list first."""
    page = till(town, desk)
    open_card(town, page)
    before = town.balance(town.member, "cinema")
    passage = page.url
    _take_and_lose(page, "2,00")
    page.goto(passage)
    take(page, "3,00")
    expect(page.get_by_role("alert")).to_contain_text("vérifiez les encaissements du jour")
    assert town.balance(town.member, "cinema") == before - 200


def test_the_same_amount_after_a_lost_answer_shows_the_first_receipt(town: Town, desk: Desk) -> None:
    """The key is the passage's own: going back and paying the same again is the same payment."""
    page = till(town, desk)
    open_card(town, page)
    before = town.balance(town.member, "cinema")
    passage = page.url
    _take_and_lose(page, "1,50")
    page.goto(passage)
    take(page, "1,50")
    expect(page.get_by_role("heading", level=1)).to_have_text("Paiement enregistré")
    assert town.balance(town.member, "cinema") == before - 150


def test_what_is_no_amount_is_refused_at_its_field(town: Town, desk: Desk) -> None:
    """Negative, three decimals, words, nothing, a NUL, other digits: nothing is paid, the card stays open."""
    page = till(town, desk)
    open_card(town, page)
    before = town.balance(town.member, "cinema")
    for amount in ("-5", "1,234", "abc", "0", "1\x00", "١٢"):
        page.get_by_label(_AMOUNT).evaluate("(field, value) => { field.value = value; }", amount)
        with page.expect_navigation():
            page.get_by_role("button", name="Encaisser", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Un montant s'écrit comme 12,50.")
    assert town.balance(town.member, "cinema") == before


def test_more_than_the_balance_is_refused_and_the_next_amount_passes(town: Town, desk: Desk) -> None:
    """A refusal says why in one sentence, and the customer pays less at once, with the same card."""
    page = till(town, desk)
    open_card(town, page)
    take(page, "999")
    expect(page.get_by_role("alert")).to_be_visible()
    desk.shoot(page, "caisse-refus")
    take(page, "0,50")
    expect(page.get_by_role("heading", level=1)).to_have_text("Paiement enregistré")


def test_a_code_that_is_no_cards_and_no_vouchers_says_what_to_do(town: Town, desk: Desk) -> None:
    """One French sentence at the field."""
    page = till(town, desk)
    page.get_by_label("Code de la carte ou du coupon").fill("PAS-UN-CODE")
    page.get_by_role("button", name="Ouvrir").click()
    expect(page.get_by_role("alert")).to_contain_text("ni celui d'une carte ni celui d'un coupon")


def test_without_a_camera_the_till_says_so_and_goes_on_by_typing(town: Town, desk: Desk) -> None:
    """A refused camera leaves the form, with a sentence."""
    page = till(town, desk, SPORTS_CLUB)
    page.evaluate(_NO_CAMERA)
    page.get_by_role("button", name="Scanner le QR code").click()
    expect(page.locator("[data-scan-says]")).to_contain_text("La caméra est refusée")
    open_card(town, page)
    expect(page.get_by_role("main")).to_contain_text("Pratique sportive ou artistique")


def test_another_partners_till_is_not_found(town: Town, desk: Desk) -> None:
    """A cashier sees the tills of the partners that named them, and no other."""
    page = till(town, desk)
    answer = page.goto(f"/caisse/{town.partner(SPORTS_CLUB).partner_id}")
    assert answer is not None
    assert answer.status == 404


def test_a_voucher_is_read_taken_in_part_and_the_rest_goes_back(town: Town, desk: Desk) -> None:
    """The cashier types the voucher's code; what is not taken returns to the wallet at once."""
    before = town.balance(town.member, "pratique")
    voucher = town.make_voucher(town.member, SPORTS_CLUB, "pratique", 2000)
    page = till(town, desk, SPORTS_CLUB)
    page.get_by_label("Code de la carte ou du coupon").fill(voucher["code"])
    page.get_by_role("button", name="Ouvrir").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Coupon ouvert")
    desk.shoot(page, "caisse-coupon")
    assert page.get_by_label(_AMOUNT).input_value() == "20,00"
    take(page, "15")
    expect(page.get_by_label("Reçu")).to_contain_text("Rendu au jeune")
    assert town.balance(town.member, "pratique") == before - 1500


def test_a_voucher_for_another_partner_is_refused(town: Town, desk: Desk) -> None:
    """It is reserved for one partner."""
    voucher = town.make_voucher(town.member, SPORTS_CLUB, "pratique", 300)
    page = till(town, desk, CINEMA)
    page.get_by_label("Code de la carte ou du coupon").fill(voucher["code"])
    page.get_by_role("button", name="Ouvrir").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Encaisser")
