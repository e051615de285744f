"""A member of staff before the queues: from the list to the decision."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from demo.sessions import Login
from tests.browser import weights
from tests.browser.desk import Desk
from tests.browser.town import FASHION, THEATRE, UNIFORMS, Town

pytestmark = pytest.mark.timeout(900)

# Waits for the picture, and fails where it is broken.
_SHOWN_WIDTH = "async (image) => { await image.decode(); return image.naturalWidth; }"
_FETCH = "async (path) => { const got = await fetch(path); return [got.status, Object.fromEntries(got.headers)]; }"


@pytest.fixture(scope="module")
def instructor(town: Town) -> Login:
    return town.staff("claire.guichet", "instruction", "moderation")


@pytest.fixture(scope="module")
def second(town: Town) -> Login:
    """Another member of staff, who confirms."""
    return town.staff("pascal.guichet", "instruction")


def test_a_card_that_the_machine_doubts_is_compared_and_accepted(town: Town, desk: Desk, instructor: Login) -> None:
    """From the number that waits to the decision; the letter that differs is marked."""
    young = town.newcomer("doute", "Imaginon", "Inès")
    assert town.send_card(young, slip=True)["state"] == "person"
    page = desk.page(instructor)
    page.goto("/agents")
    desk.shoot(page, "agents-accueil")
    page.get_by_role("heading", name="Pièces d’identité").get_by_role("link").click()
    page.get_by_role("link", name="Inès Imaginon").click()
    expect(page.locator("mark")).to_have_text("N")
    expect(page.locator("tr.differs")).to_contain_text("Proche, pas identique")
    picture = page.get_by_alt_text(re.compile("Photo de la pièce"))
    assert picture.evaluate(_SHOWN_WIDTH) > 0
    desk.shoot(page, "agents-piece")
    page.get_by_role("button", name="Accepter la pièce").click()
    expect(page.get_by_role("status")).to_have_text("La pièce est acceptée.")
    assert young.member.get("/v1/card-checks/latest")["check"]["state"] == "accepted"


def test_a_refusal_without_a_reason_is_asked_for_one(town: Town, desk: Desk, instructor: Login) -> None:
    """The person will read why: nobody is refused without a word."""
    young = town.newcomer("refus", "Bidulot", "Lou")
    check = town.send_card(young, slip=True)
    page = desk.page(instructor)
    page.goto(f"/agents/pieces/{check['check_id']}")
    page.get_by_role("button", name="Refuser la pièce").click()
    expect(page.get_by_role("alert")).to_contain_text("motif")
    page.get_by_label("Motif").fill("Le nom de la carte n’est pas celui du compte.")
    page.get_by_role("button", name="Refuser la pièce").click()
    expect(page.get_by_role("status")).to_contain_text("La pièce est refusée")
    seen = young.member.get("/v1/card-checks/latest")["check"]
    assert seen["state"] == "refused"
    assert seen["reasons"][0]["sentence"] == "Le nom de la carte n’est pas celui du compte."


def test_what_goes_against_a_clear_reading_is_confirmed_by_a_second_person(
    town: Town, desk: Desk, instructor: Login, second: Login
) -> None:
    """The first proposes and cannot confirm; the second reads why, and confirms; then only the person is proven."""
    young = town.newcomer("deux", "Maquette", "Tess")
    check = town.send_card(young, slip=True)
    profile = young.member.get("/v1/profile")["profile"]
    young.member.put("/v1/profile", {"profile": {**profile, "surname": "Toutautre"}})
    path = f"/agents/pieces/{check['check_id']}"
    page = desk.page(instructor)
    page.goto(path)
    page.get_by_label("Motif").fill("Livret de famille vu au guichet.")
    page.get_by_role("button", name="Proposer d’accepter").click()
    expect(page.get_by_role("status")).to_contain_text("un autre agent")
    expect(page.get_by_role("button", name="Confirmer")).to_have_count(0)
    assert weights.look(page) == []
    assert young.member.get("/v1/card-checks/latest")["check"]["state"] == "person"

    other = desk.page(second)
    other.goto("/agents/pieces?etat=a-confirmer")
    other.get_by_role("link", name="Tess Toutautre").click()
    expect(other.get_by_role("main")).to_contain_text("Livret de famille vu au guichet.")
    desk.shoot(other, "agents-piece-a-confirmer")
    assert weights.look(other) == []
    other.get_by_role("button", name="Confirmer").click()
    expect(other.get_by_role("status")).to_contain_text("confirmée")
    assert young.member.get("/v1/card-checks/latest")["check"]["state"] == "accepted"


def test_the_picture_of_a_card_is_never_active_content(town: Town, desk: Desk, instructor: Login) -> None:
    """Opened by itself it is a download in a sandbox, and only staff get it."""
    check = town.send_card(town.newcomer("image", "Gabarit", "Maëlys"), slip=True)
    path = f"/agents/pieces/{check['check_id']}/image"
    status, headers = _fetched(desk.page(instructor), path)
    assert status == 200
    assert headers["content-disposition"].startswith("attachment")
    assert headers["content-security-policy"].startswith("sandbox")
    assert headers["x-content-type-options"] == "nosniff"
    assert _fetched(desk.page(town.partner(THEATRE).till.login), path)[0] == 403


def _fetched(page: Page, path: str) -> tuple[int, dict[str, str]]:
    """What the browser itself is answered, with its session: status and headers."""
    page.goto("/")
    status, headers = page.evaluate(_FETCH, path)
    return status, headers


def test_an_application_that_meets_the_conditions_is_granted(town: Town, desk: Desk, instructor: Login) -> None:
    """Declared, conditions met, documents downloaded, decided."""
    page = desk.page(instructor)
    page.goto("/agents/partenaires")
    desk.shoot(page, "agents-partenaires")
    page.get_by_role("link", name=THEATRE.public_name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(THEATRE.public_name)
    with page.expect_download() as download:
        page.get_by_role("link", name="minutes.pdf").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    desk.shoot(page, "agents-partenaire")
    assert weights.look(page) == []
    page.get_by_role("button", name="Accorder").click()
    expect(page.get_by_role("status")).to_have_text("L’habilitation est accordée.")
    theatre = town.partner(THEATRE)
    assert theatre.owner.get(theatre.path)["partner"]["accreditations"][0]["state"] == "granted"


def test_an_application_with_a_condition_unmet_shows_it_and_is_refused(
    town: Town, desk: Desk, instructor: Login
) -> None:
    """The condition that is not met is said; the reason reaches the partner."""
    page = desk.page(instructor)
    page.goto("/agents/partenaires")
    page.get_by_role("link", name=FASHION.public_name).click()
    expect(page.locator("li.unmet").first).to_contain_text("non remplie")
    page.get_by_label("Motif de la décision").fill("La vente de vêtements de mode n’est pas prise en charge.")
    page.get_by_role("button", name="Refuser").click()
    expect(page.get_by_role("status")).to_contain_text("refusée")
    fashion = town.partner(FASHION)
    refused = fashion.owner.get(fashion.path)["partner"]["accreditations"][0]
    assert (refused["state"], refused["reason"]) == (
        "refused",
        "La vente de vêtements de mode n’est pas prise en charge.",
    )


def test_an_application_is_granted_despite_a_condition_unmet_with_the_reason_why(
    town: Town, desk: Desk, instructor: Login
) -> None:
    """Refused without a reason, and the page says what to write; with one, it is granted and the partner reads it."""
    page = desk.page(instructor)
    page.goto("/agents/partenaires")
    page.get_by_role("link", name=UNIFORMS.public_name).click()
    page.get_by_role("button", name="Accorder").click()
    expect(page.get_by_role("alert")).to_contain_text("écrivez le motif de votre dérogation")
    assert weights.look(page) == []
    page.get_by_label("Motif de la décision").fill("Seul fournisseur des sections d’hôtellerie.")
    page.get_by_role("button", name="Accorder").click()
    expect(page.get_by_role("status")).to_have_text("L’habilitation est accordée.")
    uniforms = town.partner(UNIFORMS)
    granted = uniforms.owner.get(uniforms.path)["partner"]["accreditations"][0]
    assert (granted["state"], granted["reason"]) == ("granted", "Seul fournisseur des sections d’hôtellerie.")


def test_a_partners_account_is_led_away_from_the_staffs_pages(town: Town, desk: Desk) -> None:
    """The pages of staff are for staff."""
    answer = desk.page(town.partner(THEATRE).till.login).goto("/agents")
    assert answer is not None
    assert answer.status == 403


def test_a_bon_plan_is_read_again_and_published(town: Town, desk: Desk, instructor: Login) -> None:
    """Nothing is shown to young people before a person has read it; its text is shown as text."""
    town.submit_offer("Avant-première à < 10 €")
    page = desk.page(instructor)
    page.goto("/agents/bons-plans")
    page.get_by_role("link", name="Avant-première à < 10 €").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Avant-première à < 10 €")
    desk.shoot(page, "agents-bon-plan")
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_role("status")).to_have_text("Le bon plan est publié.")
    shown = [offer["text"]["title"] for offer in town.stage.visitor.pages("/v1/offers", "offers")]
    assert "Avant-première à < 10 €" in shown
