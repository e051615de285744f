"""A partner's secretary before the pages of its space: from an account to an accepted application, then at work."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.documents import pdf
from demo.organisations import Organisation
from demo.stage import PASSWORD
from demo.steps.partnership import verify_iban
from demo.waiting import until
from tests.browser import weights
from tests.browser.desk import Desk
from tests.browser.town import CINEMA, CULTURE, SEASON, THEATRE, Town

pytestmark = pytest.mark.timeout(900)

_SEED = 74
_NEW = Organisation(
    slug="new-cinema",
    public_name="Cinéma du Gabarit",
    legal_name="SARL Le Gabarit",
    kind="company",
    street="2 rue des Prototypes",
    postal_code="76000",
    commune="76540",
    city="Rouen",
    scheme=CULTURE,
    categories=("cinema",),
    declarations={},
)
_TITLE = "Atouts Culture & Sport 2025-2026"


def tasks(page: Page) -> Locator:
    """What is left to do."""
    return page.get_by_role("region", name="Ce qu’il reste à faire")


def do(page: Page, task: str) -> None:
    """From the list of what is left, to where it is done."""
    page.get_by_role("link", name="À faire", exact=True).click()
    tasks(page).get_by_role("link", name=task).first.click()


def looked_at(page: Page, desk: Desk, name: str) -> None:
    """A picture of it is kept, and axe finds nothing."""
    assert weights.look(page) == []
    desk.shoot(page, f"partenaire-{name}")


def sign_up(page: Page) -> None:
    page.goto("/compte/creer")
    page.get_by_label("Un partenaire ou un établissement").check()
    page.get_by_label("Adresse e-mail").fill("secretariat.gabarit@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Créer le compte").click()
    expect(page.get_by_role("status")).to_contain_text("Votre compte est ouvert")


def register(page: Page, desk: Desk) -> None:
    page.get_by_role("link", name="Inscrire ma structure").click()
    page.get_by_label("SIRET").fill(_NEW.siret(_SEED))
    page.get_by_label("Raison sociale").fill(_NEW.legal_name)
    page.get_by_label("Nom montré aux jeunes").fill(_NEW.public_name)
    page.get_by_label("Entreprise").check()
    page.get_by_label("Numéro et rue").fill(_NEW.street)
    page.get_by_label("Code postal").fill(_NEW.postal_code)
    page.get_by_role("button", name="Chercher la commune").click()
    page.get_by_label("Commune", exact=True).select_option(label=_NEW.city)
    looked_at(page, desk, "inscription")
    page.get_by_role("button", name="Inscrire ma structure").click()
    expect(page.get_by_role("status")).to_contain_text("Votre structure est inscrite")
    expect(page.get_by_role("heading", level=1)).to_contain_text(_NEW.public_name)


def apply(page: Page, desk: Desk) -> None:
    do(page, "Choisir pour quoi vous demandez un agrément")
    looked_at(page, desk, "demandes")
    scheme = page.get_by_role("region", name=_TITLE)
    scheme.get_by_label("Catégorie").select_option(label="Cinéma")
    scheme.get_by_role("button", name="Commencer la demande").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{_TITLE} : Cinéma")
    expect(page.get_by_role("button", name="Déposer la demande")).to_have_count(0)


def declare(page: Page, desk: Desk) -> None:
    do(page, "Compléter ce que vous déclarez")
    page.get_by_label("Projection de films à titre principal").check()
    looked_at(page, desk, "declarations")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status")).to_have_text("Ce que vous déclarez est enregistré.")


def send_documents(page: Page, desk: Desk, folder: Path) -> None:
    paper = folder / "scan du secretariat.pdf"
    paper.write_bytes(pdf("SPECIMEN", _NEW.legal_name, "Sans valeur."))
    for title in ("Extrait Kbis", "RIB", "Pièce d'identité"):
        do(page, f"Envoyer la pièce : {title}")
        page.get_by_label("Fichier").set_input_files(paper)
        page.get_by_role("button", name="Envoyer la pièce").click()
        expect(page.get_by_role("status")).to_have_text("La pièce est envoyée.")
    expect(page.get_by_role("main")).to_contain_text("Aucune pièce ne manque.")
    looked_at(page, desk, "pieces")


def give_iban(page: Page, desk: Desk) -> None:
    do(page, "Donner l’IBAN")
    page.get_by_label("IBAN", exact=True).fill(_NEW.iban(_SEED))
    looked_at(page, desk, "iban")
    page.get_by_role("button", name="Envoyer l’IBAN").click()
    expect(page.get_by_role("main")).to_contain_text("En cours de vérification")


def sign_charter(page: Page, desk: Desk) -> None:
    """Unsworn it is refused at its box; the text that is signed stands above it."""
    do(page, "Lire et signer la charte")
    expect(page.get_by_role("article")).to_contain_text("Le partenaire s'engage à")
    page.get_by_role("button", name="Signer la charte").click()
    expect(page.get_by_role("alert")).to_contain_text("attestation sur l'honneur")
    page.get_by_label("J’atteste sur l’honneur").check()
    looked_at(page, desk, "charte")
    page.get_by_role("button", name="Signer la charte").click()
    expect(page.get_by_role("status")).to_have_text("La charte est signée.")


def test_a_secretary_goes_from_an_account_to_an_accepted_application(town: Town, desk: Desk, tmp_path: Path) -> None:
    """By the list of what is left to do alone; then staff accept, and the space, the till and the directory say so."""
    page = desk.visitor()
    sign_up(page)
    register(page, desk)
    apply(page, desk)
    declare(page, desk)
    send_documents(page, desk, tmp_path)
    give_iban(page, desk)
    sign_charter(page, desk)
    do(page, "Déposer la demande")
    looked_at(page, desk, "demande")
    page.get_by_role("button", name="Déposer la demande").click()
    expect(page.get_by_role("status")).to_contain_text("Votre demande est déposée")
    expect(tasks(page)).to_contain_text("vous n’avez plus rien à envoyer")
    expect(page.get_by_role("main")).to_contain_text("Un agent étudie votre demande")
    looked_at(page, desk, "accueil")

    staff = desk.page(town.staff("irene.instruction", "instruction"))
    staff.goto("/agents/partenaires")
    staff.get_by_role("link", name=_NEW.public_name).click()
    staff.get_by_role("button", name="Accorder").click()
    expect(staff.get_by_role("status")).to_have_text("L’habilitation est accordée.")

    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Agréé")
    page.get_by_role("navigation", name="Espace partenaire").get_by_role("link", name="Caisse").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(_NEW.public_name)
    page.get_by_role("navigation", name="Caisse").get_by_role("link", name="Espace partenaire").click()
    page.get_by_role("link", name="Voir le détail").click()
    page.get_by_role("main").get_by_role("link", name="l’annuaire des partenaires").click()
    expect(page.get_by_role("main")).to_contain_text(_NEW.public_name)


def test_a_colleague_is_added_by_their_address_and_their_access_taken_away(town: Town, desk: Desk) -> None:
    """Named with a role, changed, removed; the roles are those that the service keeps."""
    theatre = town.partner(THEATRE)
    colleague = town.stage.open_account("partner", "theatre.collegue@example.org")
    page = desk.page(theatre.owner.login)
    page.goto("/espace-partenaire")
    page.get_by_role("link", name="Délégués").click()
    page.get_by_label("Adresse e-mail de la personne").fill(colleague.login.email)
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Gestionnaire").check()
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("status")).to_contain_text("cette personne agit pour votre structure")
    looked_at(page, desk, "delegues")

    def roles() -> list[str] | None:
        named = theatre.owner.get(theatre.path)["partner"]["delegates"]
        return next((each["roles"] for each in named if each["account_id"] == colleague.account_id), None)

    assert roles() == ["manager"]
    town.stage.clock.settle()  # identity, which lists them, has heard of it
    page.reload()
    page.get_by_role("link", name=f"Changer les rôles de {colleague.login.email}").click()
    page.get_by_label("Gestionnaire").uncheck()
    page.get_by_label("Caisse :").check()
    looked_at(page, desk, "delegue")
    page.get_by_role("button", name="Enregistrer les rôles").click()
    expect(page.get_by_role("status")).to_have_text("Les rôles sont changés.")
    assert roles() == ["cashier"]
    town.stage.clock.settle()
    page.get_by_role("link", name=f"Changer les rôles de {colleague.login.email}").click()
    page.get_by_role("button", name="Retirer l’accès").click()
    expect(page.get_by_role("status")).to_have_text("L’accès est retiré.")
    assert roles() is None


def test_a_transfer_is_read_line_by_line_from_its_statement(town: Town, desk: Desk) -> None:
    """What was taken in September is paid in October; the statement is kept as a table and on paper."""
    cinema = town.partner(CINEMA)
    verify_iban(town.stage, cinema)
    body = {"code": town.fresh_code(town.member), "device": "caisse-1", "scheme": CULTURE, "season": SEASON}
    payment = {**body, "benefit": "cinema", "amount_cents": 250}
    cinema.till.post(f"{cinema.path}/debits", payment, key=uuid4().hex)
    run_path = f"/v1/staff/payouts/{town.run_of_the_month()}"
    payer, approver = town.stage.staff.payer, town.stage.staff.approver
    payable = until(lambda: payer.get(run_path)["run"]["payable_cents"] or None, "something to pay")
    payer.post(f"{run_path}/proposal", key=uuid4().hex)
    approver.post(f"{run_path}/approval", {"payable_cents": payable}, key=uuid4().hex)

    page = desk.page(cinema.owner.login)
    page.goto("/espace-partenaire")
    page.get_by_role("link", name="Versements").click()
    row = page.get_by_role("table").get_by_role("row", name="du 01/09/2025 au 30/09/2025")
    expect(row).to_contain_text("€")
    looked_at(page, desk, "versements")
    with page.expect_download() as table:
        row.get_by_role("link", name="CSV").click()
    assert "2,50" in table.value.path().read_text(encoding="utf-8")
    with page.expect_download() as paper:
        row.get_by_role("link", name="PDF").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF")


def test_a_bon_plan_is_proposed_and_waits_for_a_moderator(town: Town, desk: Desk) -> None:
    """A refused date comes back with all that was typed; once sent, staff have it in their queue."""
    page = desk.page(town.partner(CINEMA).owner.login)
    page.goto("/espace-partenaire")
    page.get_by_role("navigation", name="Espace partenaire").get_by_role("link", name="Bons plans").click()
    page.get_by_role("link", name="Proposer un bon plan").click()
    page.get_by_label("Titre").fill("Exemple : la cabine de projection")
    page.get_by_label("Description").fill("Une heure avec la projectionniste.\nPrévoir des chaussures fermées.")
    page.get_by_label("Ce qui est gagné").fill("1 visite pour 2 personnes")
    page.get_by_label("Nombre de places").fill("12")
    page.get_by_label("Valeur d’une place").fill("0,50")
    opens, closes = town.now + timedelta(days=1), town.now + timedelta(days=10)
    page.get_by_label("Ouverture des inscriptions").fill(f"{closes:%Y-%m-%dT18:00}")
    page.get_by_label("Clôture des inscriptions").fill(f"{opens:%Y-%m-%dT09:00}")
    page.get_by_label("Thème").select_option(label="Culture")
    page.get_by_role("button", name="Envoyer à la relecture").click()
    expect(page.get_by_role("alert")).to_contain_text("clôture après l'ouverture")
    assert page.get_by_label("Titre").input_value() == "Exemple : la cabine de projection"
    looked_at(page, desk, "bon-plan-nouveau")
    page.get_by_label("Ouverture des inscriptions").fill(f"{opens:%Y-%m-%dT09:00}")
    page.get_by_label("Clôture des inscriptions").fill(f"{closes:%Y-%m-%dT18:00}")
    page.get_by_role("button", name="Envoyer à la relecture").click()
    expect(page.get_by_role("status")).to_contain_text("un agent le relit avant publication")
    expect(page.get_by_role("main")).to_contain_text("Un agent le relit")
    looked_at(page, desk, "bons-plans")
    page.get_by_role("link", name="Exemple : la cabine de projection").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exemple : la cabine de projection")
    looked_at(page, desk, "bon-plan")
    waiting = town.moderator.pages("/v1/staff/offers/to-moderate", "offers")
    assert "Exemple : la cabine de projection" in [each["text"]["title"] for each in waiting]
