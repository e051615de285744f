"""A young person before their own pages: from sign-up to a code at the till, and what they see of a payment."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import cast

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from demo.people import Person
from demo.sessions import Login, Member
from demo.waiting import until
from rulebooks.communes import by_code
from specimens import card
from tests.browser import weights
from tests.browser.desk import Desk
from tests.browser.town import CAEN, CINEMA, CULTURE, ROUEN, SEASON, Town

pytestmark = pytest.mark.timeout(900)

_PASSWORD = "phrase-de-passe-inventée"
_GOOD_CARD = "4242 4242 4242 4242"
_LEA = Person("lea", "Imaginaire", "Léa", date(2006, 5, 9), "F", ROUEN, "etudiant", CAEN)
_READ_WITHIN_MS = 180_000


def sign_up(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Créer mon compte").click()
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(_PASSWORD)
    page.get_by_role("button", name="Créer le compte").click()
    expect(page.get_by_role("status")).to_contain_text("Ton compte est créé")


def sign_in_again(page: Page, email: str) -> None:
    """Out, then in: by the page that was asked for."""
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto("/mon-espace/profil")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(_PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon profil")


def declare(page: Page, person: Person) -> None:
    page.get_by_label("Nom de naissance").fill(person.surname)
    page.get_by_label("Prénoms").fill(person.given_names)
    page.get_by_label("Date de naissance").fill(f"{person.birth_date:%d/%m/%Y}")
    choose_commune(page, "Code postal de ton domicile", "habites", person.commune)
    page.get_by_label("Ta situation").select_option(person.study_status)
    choose_commune(page, "Code postal de ton lieu d’études", "étudies", person.study_commune)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status")).to_have_text("Ton profil est enregistré.")


def choose_commune(page: Page, field: str, verb: str, code: str) -> None:
    """By a postal code, then by the commune's name, as people know it."""
    commune = by_code(code)
    assert commune is not None
    page.get_by_label(field).fill(commune.postal_codes[0])
    page.get_by_role("button", name=f"Chercher la commune où tu {verb}").click()
    page.get_by_label(f"Commune où tu {verb}").select_option(label=commune.name)


def send_card(page: Page, person: Person, town: Town, picture: Path) -> None:
    picture.write_bytes(card(person.holder(date(2025, 7, 1)), seed=7))
    page.goto("/mon-espace/identite")
    page.get_by_label("Photo de la carte").set_input_files(picture)
    page.get_by_role("button", name="Envoyer").click()
    state = page.locator("#etat")
    expect(state).to_contain_text(re.compile("Acceptée|Une personne"), timeout=_READ_WITHIN_MS)
    expect(state).to_contain_text("Acceptée")
    town.stage.clock.settle()


def join(page: Page, desk: Desk) -> None:
    """Ask for the scheme, and pay its fee on the provider's own page."""
    page.goto("/mon-espace/adhesions")
    page.get_by_role("button", name="Demander Atouts Culture & Sport").click()
    expect(page.get_by_role("main")).to_contain_text("Il reste à payer 10,00\u00a0€")
    desk.shoot(page, "jeune-adhesions")
    page.get_by_role("button", name="Payer par carte bancaire").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Payer 10,00\u00a0€")
    assert weights.look(page) == []
    desk.shoot(page, "paiement")
    page.get_by_label("Numéro de carte").fill(_GOOD_CARD)
    page.get_by_role("button", name="Payer").click()
    page.get_by_role("link", name="Revenir sur le site").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes adhésions")


def code_on(page: Page, picture: Path) -> str:
    """What a till's camera reads on the screen."""
    page.screenshot(path=picture, full_page=True)  # the code's own element may give way to the next meanwhile
    found = zxingcpp.read_barcode(Image.open(picture))
    assert found is not None, "no QR can be read on the page"
    return str(found.text)


def wallets_of(member: Member) -> list[object]:
    return cast(list[object], member.get("/v1/wallets").get("wallets") or [])


def test_a_pupil_goes_from_sign_up_to_a_code_and_sees_the_payment_arrive(
    town: Town, desk: Desk, tmp_path: Path
) -> None:
    """Account, profile, card, membership, fee; then the code is read, pays, and the page says so by itself."""
    page = desk.visitor()
    sign_up(page, _LEA.email)
    sign_in_again(page, _LEA.email)
    declare(page, _LEA)
    assert weights.look(page) == []
    desk.shoot(page, "jeune-profil")
    send_card(page, _LEA, town, tmp_path / "carte.png")
    desk.shoot(page, "jeune-identite")
    join(page, desk)
    member = Member(town.stage.gateway, Login(_LEA.email, _PASSWORD))
    until(lambda: wallets_of(member) or None, "the wallets")

    page.goto("/mon-espace")
    expect(page.get_by_role("progressbar", name=re.compile("^Cinéma"))).to_be_visible()
    assert weights.look(page) == []
    desk.shoot(page, "jeune-espace")
    shown = code_on(page, tmp_path / "code.png")

    till = town.partner(CINEMA).till
    path = f"/v1/partners/{town.partner(CINEMA).partner_id}/debits"
    wanted = {"scheme": CULTURE, "season": SEASON, "benefit": "cinema", "amount_cents": 750}
    payment = {**wanted, "code": shown, "device": "caisse-1"}
    till.post(path, payment, key="pupil-1")
    expect(page.get_by_text("Paiement enregistré.")).to_be_visible()
    expect(page.locator("#soldes")).to_contain_text("12,50\u00a0€")

    page.goto("/mon-espace/historique")
    page.get_by_role("navigation", name="Porte-monnaie").get_by_role("link", name="Cinéma").click()
    expect(page.get_by_role("table")).to_contain_text(CINEMA.public_name)
    expect(page.get_by_role("table")).to_contain_text("-7,50\u00a0€")
    assert weights.look(page) == []
    desk.shoot(page, "jeune-historique")


def test_the_code_changes_by_itself_and_the_one_before_is_no_more(town: Town, desk: Desk, tmp_path: Path) -> None:
    """The page puts the next code in place when the half-minute ends, without being loaded again."""
    page = desk.page(town.member.member.login)
    page.goto("/mon-espace")
    before = code_on(page, tmp_path / "before.png")
    page.evaluate("window.sameDocument = true")
    until(lambda: code_on(page, tmp_path / "after.png") != before or None, "the next code", within_s=90)
    assert page.evaluate("window.sameDocument")


def test_without_script_everything_still_works(town: Town, desk: Desk, tmp_path: Path) -> None:
    """The code is drawn, and the page loads again by itself when it ends."""
    state = desk.page(town.member.member.login).context.storage_state()
    context = desk.browser.new_context(base_url=desk.url, java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto("/mon-espace")
    assert code_on(page, tmp_path / "code.png")
    refresh = page.locator("meta[http-equiv=refresh]").get_attribute("content")
    assert refresh is not None
    assert 1 < int(refresh) <= 31
    context.close()
