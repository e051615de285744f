"""Staff at their desks: each role's tabs, an invitation from the mail to the first sign-in, money that two decide."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from demo.sessions import Login
from demo.stage import PASSWORD
from tests.browser import weights
from tests.browser.desk import Desk
from tests.browser.town import CINEMA, CULTURE, MUSEUM, SEASON, THEATRE, WORKSHOP, Town

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def payer(town: Town) -> Login:
    return town.staff("prune.virement", "payments")


@pytest.fixture(scope="module")
def approver(town: Town) -> Login:
    """Another payments officer, who approves."""
    return town.staff("ariel.visa", "payments")


@pytest.fixture(scope="module")
def administrator(town: Town) -> Login:
    return town.staff("alix.registre", "administration")


def bar(page: Page) -> list[str]:
    return page.get_by_role("navigation", name="Travail des agents").get_by_role("link").all_inner_texts()


def test_a_moderator_sees_the_tabs_of_a_moderator_and_each_opens(town: Town, desk: Desk) -> None:
    """No tab answers « Accès refusé » to whom it is shown."""
    page = desk.page(town.staff("mona.relecture", "moderation"))
    page.goto("/agents")
    desk.shoot(page, "agents-onglets")
    shown = bar(page)
    assert shown == ["Bons plans", "Saisons", "Budgets"]
    for words in shown:
        page.get_by_role("navigation", name="Travail des agents").get_by_role("link", name=words).click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Accès refusé")
        assert bar(page) == shown


def test_an_administrator_finds_a_person_by_their_address(town: Town, desk: Desk, administrator: Login) -> None:
    """From the search to the membership, and to what is known of the person."""
    member = town.member.member
    page = desk.page(administrator)
    page.goto("/agents/adhesions")
    page.get_by_label("Adresse e-mail du compte").fill(member.login.email)
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    assert "@" not in page.url
    assert weights.look(page) == []
    page.get_by_role("link", name="Informations").click()
    assert page.url.endswith(f"/agents/personnes/{member.account_id}")


def test_an_invitation_leads_from_the_mail_to_the_first_sign_in(town: Town, desk: Desk, administrator: Login) -> None:
    """Roles ticked, a mail with a link, a password, a second factor, the tabs of the roles."""
    email = "iris.invitee@example.org"
    page = desk.page(administrator)
    page.goto("/agents/equipe")
    page.get_by_label("Adresse e-mail professionnelle").fill(email)
    page.get_by_role("checkbox", name="Modération").check()
    desk.shoot(page, "agents-equipe")
    page.get_by_role("button", name="Inviter").click()
    expect(page.get_by_role("status")).to_contain_text("partie par message")
    expect(page.get_by_role("row", name=email)).to_contain_text("Invitation envoyée")

    invited = desk.visitor()
    invited.goto(town.invitation_link(email))
    invited.get_by_label("Votre mot de passe").fill(PASSWORD)
    invited.get_by_role("button", name="Accepter").click()
    expect(invited.get_by_role("img", name="Code QR")).to_be_visible()
    desk.shoot(invited, "invitation-acceptee")
    assert weights.look(invited) == []
    secret = invited.locator("code.typed").inner_text()
    town.stage.clock.settle()  # every service has heard of the role
    uri = f"otpauth://totp/{email}?{urlencode({'secret': secret})}"
    assert bar(_arrived(desk, Login(email, PASSWORD, uri))) == ["Bons plans", "Saisons", "Budgets"]
    page.reload()
    expect(page.get_by_role("row", name=email)).to_contain_text("Compte ouvert")


def _arrived(desk: Desk, login: Login) -> Page:
    page = desk.page(login)
    page.goto("/agents")
    return page


def test_a_clawback_is_proposed_by_one_and_approved_by_another(
    town: Town, desk: Desk, payer: Login, approver: Login
) -> None:
    """From the partner's file; who proposed it is not offered to approve."""
    debit_id = town.take_debit(650)
    page = desk.page(payer)
    page.goto(f"/agents/structures/{town.partner(CINEMA).partner_id}?jour={town.now.date().isoformat()}")
    desk.shoot(page, "agents-structure")
    page.get_by_role("row", name=debit_id).get_by_role("link").click()
    expect(page.get_by_label("Référence de l’opération")).to_have_value(debit_id)
    page.get_by_label("Montant").fill("2,50")
    page.get_by_label("Motif").fill("Séance jamais projetée.")
    page.get_by_role("button", name="Proposer").click()
    expect(page.get_by_role("status")).to_contain_text("une autre personne doit l’approuver")
    expect(page.get_by_role("button", name=re.compile("Approuver"))).to_have_count(0)
    assert weights.look(page) == []

    other = desk.page(approver)
    other.goto("/agents/reversements")
    desk.shoot(other, "agents-reversements")
    other.get_by_role("button", name=re.compile("Approuver 2,50")).click()
    expect(other.get_by_role("status")).to_contain_text("est approuvé")
    town.stage.clock.settle()  # the wallet was told
    other.goto("/agents/reversements?etat=tous")
    expect(other.get_by_role("main")).to_contain_text("Au grand livre")
    expect(other.get_by_role("main")).to_contain_text("Aucun versement ne le porte encore.")


def test_an_iban_is_compared_with_its_document_and_verified(town: Town, desk: Desk, payer: Login) -> None:
    """The whole number, the names beside it, the RIB to download."""
    theatre = town.partner(THEATRE)
    page = desk.page(payer)
    page.goto("/agents/ibans")
    page.get_by_role("link", name=THEATRE.public_name).click()
    shown = page.locator("p.typed").inner_text().replace(" ", "")
    assert shown == THEATRE.iban(town.stage.seed)
    expect(page.get_by_role("main")).to_contain_text(THEATRE.legal_name)
    desk.shoot(page, "agents-iban")
    page.get_by_role("button", name="Vérifier cet IBAN").click()
    expect(page.get_by_role("status")).to_contain_text("est vérifié")
    assert theatre.owner.get(theatre.path)["partner"]["iban_state"] == "verified"


def test_payouts_are_held_back_then_let_go(town: Town, desk: Desk, payer: Login) -> None:
    """On the partner's file, with a reason that the partner reads; lifted from the list."""
    workshop = town.partner(WORKSHOP)
    page = desk.page(payer)
    page.goto(f"/agents/structures/{workshop.partner_id}")
    page.get_by_label("Motif de la retenue").fill("Contrôle des factures en cours.")
    page.get_by_role("button", name="Retenir").click()
    expect(page.get_by_role("status")).to_contain_text("sont retenus")
    holds = workshop.owner.get(f"{workshop.path}/account")["holds"]
    assert "Contrôle des factures en cours." in [each["reason"] for each in holds]
    page.goto("/agents/retenues")
    assert weights.look(page) == []
    page.get_by_role("button", name="Lever la retenue").click()
    expect(page.get_by_role("status")).to_contain_text("est levée")


def test_an_accreditation_is_withdrawn_with_a_reason(town: Town, desk: Desk) -> None:
    """Said to bite once the till has answered; the partner reads why."""
    town.accredit(WORKSHOP)
    workshop = town.partner(WORKSHOP)
    page = desk.page(town.staff("ivan.dossier", "instruction"))
    page.goto("/agents/partenaires?etat=accordes")
    page.get_by_role("link", name=WORKSHOP.public_name).click()
    page.get_by_label("Agrément", exact=True).select_option(index=1)
    page.get_by_label("Motif du retrait").fill("Activité arrêtée.")
    page.get_by_role("button", name="Retirer l’agrément").click()
    expect(page.get_by_role("status")).to_contain_text("plus aucune caisse ne l’accepte")
    assert weights.look(page) == []
    gone = workshop.owner.get(workshop.path)["partner"]["accreditations"][0]
    assert (gone["state"], gone["reason"]) == ("withdrawn", "Activité arrêtée.")


def test_a_proof_is_read_and_refused_with_a_reason(town: Town, desk: Desk) -> None:
    """What the rulebook asks, the document, the decision; the partner reads why."""
    path = town.send_proof()
    page = desk.page(town.staff("iona.dossier", "instruction"))
    page.goto("/agents/justificatifs")
    page.get_by_role("link", name="Photo de l'affiche posée").click()
    assert page.url.endswith(path)
    expect(page.get_by_role("main")).to_contain_text("Votre premier versement attend la photo de l'affiche")
    page.get_by_label("Motif du refus").fill("L’affiche n’est pas lisible.")
    page.get_by_role("button", name="Refuser").click()
    expect(page.get_by_role("status")).to_contain_text("est refusé")
    museum = town.partner(MUSEUM)
    (proof,) = museum.owner.get(museum.path)["partner"]["payout_proofs"]
    assert (proof["state"], proof["reason"]) == ("refused", "L’affiche n’est pas lisible.")


def test_a_name_is_put_right_with_the_proof_that_was_seen(town: Town, desk: Desk) -> None:
    """From what is known of the person; the version before stays readable, with the reason."""
    young = town.newcomer("rectifiee", "Fictivo", "Ines")
    page = desk.page(town.staff("idir.dossier", "instruction"))
    page.goto(f"/agents/personnes/{young.member.account_id}")
    page.get_by_role("link", name="Identité : la voir").click()
    page.get_by_label("Nom", exact=True).fill("Fictiveau")
    page.get_by_label("Motif de la rectification").fill("Acte de naissance vu au guichet.")
    page.get_by_role("button", name="Rectifier").click()
    expect(page.get_by_role("status")).to_contain_text("est rectifiée")
    expect(page.get_by_role("row", name="Fictivo")).to_contain_text("Acte de naissance vu au guichet.")
    assert weights.look(page) == []
    assert young.member.get("/v1/profile")["profile"]["surname"] == "Fictiveau"


def test_a_budget_is_voted_on_the_page(town: Town, desk: Desk, administrator: Login) -> None:
    """Added to what was voted, and shown in the line."""
    page = desk.page(administrator)
    page.goto("/agents/budgets")
    page.get_by_label("Enveloppe", exact=True).select_option(f"{CULTURE}/{SEASON}/cinema")
    page.get_by_label("Somme à ajouter").fill("1 234 567,89")
    before = town.voted("cinema")
    page.get_by_role("button", name="Voter").click()
    expect(page.get_by_role("status")).to_contain_text("est voté")
    assert town.voted("cinema") - before == 123_456_789
    assert weights.look(page) == []
