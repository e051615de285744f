"""Every page, as who may see it: light, and without a finding of axe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pytest
from playwright.sync_api import Page as BrowserPage

from gateway.web.page import Page
from gateway.web.pages import pages
from tests.browser import weights
from tests.browser.desk import Desk
from tests.browser.town import CINEMA, CULTURE, MUSEUM, SEASON, SPORTS_CLUB, VISITS, Town

pytestmark = pytest.mark.timeout(900)

_MOST_KB = 100


@dataclass
class Walk:
    """Who goes where; what a page needs to exist is made when it is first walked to."""

    town: Town
    desk: Desk

    @cached_property
    def visitor(self) -> BrowserPage:
        return self.desk.visitor()

    @cached_property
    def young(self) -> BrowserPage:
        return self.desk.page(self.town.member.member.login)

    @cached_property
    def cashier(self) -> BrowserPage:
        return self.desk.page(self.town.partner(CINEMA).till.login)

    @cached_property
    def staff(self) -> BrowserPage:
        return self.desk.page(self.town.staff("vera.mesure", "instruction", "moderation"))

    @cached_property
    def support(self) -> BrowserPage:
        return self.desk.page(self.town.staff("sam.soutien", "support"))

    @cached_property
    def budgets(self) -> BrowserPage:
        return self.desk.page(self.town.staff("bea.budget", "administration", "payments"))

    @cached_property
    def membership(self) -> str:
        memberships = self.town.member.member.get("/v1/memberships")["memberships"]
        return str(memberships[0]["membership_id"])

    @cached_property
    def budget(self) -> str:
        """A line of the budget, with who waits for it."""
        wallet = self.town.member.member.get("/v1/wallets")["wallets"][0]
        return f"/agents/budgets/{wallet['scheme']}/{wallet['season']}/{wallet['benefit']}"

    @property
    def at_the_cinema(self) -> str:
        return f"/mon-espace/chez/{self.town.partner(CINEMA).partner_id}"

    @cached_property
    def person(self) -> str:
        """The account of the member."""
        return str(self.town.member.member.get("/v1/account")["account"]["account_id"])

    @cached_property
    def referent(self) -> BrowserPage:
        return self.desk.page(self.town.school.till.login)

    @cached_property
    def head(self) -> BrowserPage:
        return self.desk.page(self.town.school.owner.login)

    @cached_property
    def guardian_link(self) -> str:
        return self.town.guardian_link()

    @property
    def school(self) -> str:
        return f"/etablissement/{self.town.school.partner_id}"

    @cached_property
    def enrolment(self) -> str:
        """A pupil's request that waits for the school."""
        return f"{self.school}/demandes/{self.town.ask_school('lyceenne')}"

    @cached_property
    def class_list(self) -> str:
        """A list that was loaded, with a line to correct."""
        return f"{self.school}/listes/{self.town.send_class_list()}"

    @cached_property
    def secretary(self) -> BrowserPage:
        """Somebody whose organisation is not registered yet."""
        return self.desk.page(self.town.stage.open_account("partner", "nouvelle.venue@example.org").login)

    @cached_property
    def owner(self) -> BrowserPage:
        return self.desk.page(self.town.partner(CINEMA).owner.login)

    @cached_property
    def museum_owner(self) -> BrowserPage:
        return self.desk.page(self.town.partner(MUSEUM).owner.login)

    @property
    def space(self) -> str:
        return f"/espace-partenaire/{self.town.partner(CINEMA).partner_id}"

    @property
    def accreditation(self) -> str:
        cinema = self.town.partner(CINEMA)
        return str(cinema.owner.get(cinema.path)["partner"]["accreditations"][0]["accreditation_id"])

    @property
    def proof(self) -> str:
        space = f"/espace-partenaire/{self.town.partner(MUSEUM).partner_id}"
        return f"{space}/justificatifs/{VISITS.id}/{VISITS.season}/affiche"

    @cached_property
    def till(self) -> str:
        return f"/caisse/{self.town.partner(CINEMA).partner_id}"

    @cached_property
    def passage(self) -> str:
        """A card that was opened at the till, in the cashier's browser."""
        self.cashier.goto(self.till)
        self.cashier.fill("[name=code]", self.town.fresh_code(self.town.member))
        self.cashier.locator("#code-form [type=submit]").click()
        self.cashier.wait_for_url("**/passages/*")
        return self.cashier.url

    @cached_property
    def receipt(self) -> str:
        self.cashier.goto(self.passage)
        self.cashier.fill("[name=amount]", "1,00")
        self.cashier.get_by_role("button", name="Encaisser", exact=True).click()
        self.cashier.wait_for_url("**/recus/*")
        return self.cashier.url

    @property
    def payment(self) -> str:
        return f"{self.till}/encaissements/{self.receipt.rpartition('/')[2]}"

    @cached_property
    def museum_cashier(self) -> BrowserPage:
        return self.desk.page(self.town.partner(MUSEUM).till.login)

    @cached_property
    def use(self) -> str:
        """A use that was recorded at the museum's till."""
        return f"/caisse/{self.town.partner(MUSEUM).partner_id}/utilisations/{self.town.record_use()}"

    @cached_property
    def run(self) -> str:
        """September's run, with the cinema's payments."""
        assert self.receipt  # something is to be paid
        return f"/agents/remboursements/{self.town.run_of_the_month()}"

    @cached_property
    def sent_proof(self) -> str:
        return self.town.send_proof()

    @property
    def cinema_file(self) -> str:
        """With what it took on the first day."""
        return f"/agents/structures/{self.town.partner(CINEMA).partner_id}?jour={self.town.now.date().isoformat()}"

    @cached_property
    def colleague(self) -> str:
        """A member of staff, invited and never signed in."""
        body = {"email": "nora.nouvelle@example.org", "roles": ["audit"]}
        invited = self.town.stage.staff.administrator.post("/v1/staff", body)
        return f"/agents/equipe/{invited['account_id']}"

    @cached_property
    def check(self) -> str:
        """A card that waits for a person."""
        check = self.town.send_card(self.town.newcomer("pesee", "Trucmuche", "Hugo"), slip=True)
        return f"/agents/pieces/{check['check_id']}"

    @cached_property
    def application(self) -> str:
        waiting = self.town.stage.staff.instructor.get("/v1/staff/applications")["applications"]
        return f"/agents/partenaires/{waiting[0]['accreditation']['accreditation_id']}"

    @cached_property
    def offer(self) -> str:
        return f"/agents/bons-plans/{self.town.submit_offer('Une place à peser')['offer_id']}"

    @cached_property
    def published(self) -> str:
        """A bon plan that is open to members."""
        offer_id = self.town.submit_offer("Une place à voir")["offer_id"]
        moderator = self.town.moderator
        moderator.post(f"/v1/staff/offers/{offer_id}/moderation", {"accept": True, "reason": ""})
        return f"/bons-plans/{offer_id}"

    @cached_property
    def voucher(self) -> str:
        made = self.town.make_voucher(self.town.member, SPORTS_CLUB, "pratique", 100)
        return f"/mon-espace/coupons/{made['voucher_id']}"

    @cached_property
    def wallet(self) -> str:
        """The wallet that vouchers may be made of."""
        wallets = self.town.member.member.get("/v1/wallets")["wallets"]
        return next(str(wallet["wallet_id"]) for wallet in wallets if wallet["benefit"] == "pratique")


@dataclass(frozen=True)
class Way:
    """Who walks (a name of `Walk`), and where to; the page's own path when it is always there."""

    who: str
    where: Callable[[Walk], str] | None = None


WAYS: dict[str, Way] = {
    "/": Way("visitor"),
    "/simulateur": Way("visitor"),
    "/partenaires": Way("visitor"),
    "/bons-plans": Way("visitor"),
    "/bons-plans/{offer_id}": Way("young", lambda walk: walk.published),
    "/compte/creer": Way("visitor"),
    "/compte/connexion": Way("visitor"),
    "/compte": Way("young"),
    "/compte/adresse": Way("young"),
    "/compte/mot-de-passe": Way("young"),
    "/compte/second-facteur": Way("staff"),
    "/compte/oubli": Way("visitor"),
    "/compte/recuperation/{token}": Way("visitor", lambda _walk: "/compte/recuperation/jeton"),
    "/compte/confirmation/{token}": Way("visitor", lambda _walk: "/compte/confirmation/jeton"),
    "/compte/retour/{token}": Way("visitor", lambda _walk: "/compte/retour/jeton"),
    "/compte/invitation/{token}": Way("visitor", lambda _walk: "/compte/invitation/jeton"),
    "/autorisation/{token}": Way("visitor", lambda walk: walk.guardian_link),
    "/mon-espace/autorisation": Way("young"),
    "/mon-espace/informations": Way("young"),
    "/agents/personnes/{person_id}": Way("staff", lambda walk: f"/agents/personnes/{walk.person}"),
    "/agents/personnes/{person_id}/identite": Way("staff", lambda walk: f"/agents/personnes/{walk.person}/identite"),
    "/mon-espace": Way("young"),
    "/mon-espace/carte": Way("young"),
    "/mon-espace/carte/titulaire": Way("young"),
    "/mon-espace/profil": Way("young"),
    "/mon-espace/profil/suppression": Way("young"),
    "/compte/suppression": Way("visitor"),
    "/mon-espace/identite": Way("young"),
    "/mon-espace/adhesions": Way("young"),
    "/mon-espace/historique": Way("young"),
    "/mon-espace/coupons": Way("young"),
    "/mon-espace/coupons/{voucher_id}": Way("young", lambda walk: walk.voucher),
    "/mon-espace/coupons/nouveau/{wallet_id}": Way("young", lambda walk: f"/mon-espace/coupons/nouveau/{walk.wallet}"),
    "/mon-espace/liens": Way("young"),
    "/mon-espace/passages": Way("young"),
    "/mon-espace/chez/{partner_id}": Way("young", lambda walk: walk.at_the_cinema),
    "/caisse": Way("cashier"),
    "/caisse/{partner_id}": Way("cashier", lambda walk: walk.till),
    "/caisse/{partner_id}/journee": Way("cashier", lambda walk: f"{walk.till}/journee"),
    "/caisse/{partner_id}/encaissements/{debit_id}": Way("cashier", lambda walk: walk.payment),
    "/caisse/{partner_id}/utilisations/{use_id}": Way("museum_cashier", lambda walk: walk.use),
    "/caisse/{partner_id}/passages/{passage_id}": Way("cashier", lambda walk: walk.passage),
    "/caisse/{partner_id}/passages/{passage_id}/recus/{debit_id}": Way("cashier", lambda walk: walk.receipt),
    "/espace-partenaire": Way("secretary"),
    "/espace-partenaire/inscription": Way("secretary"),
    "/espace-partenaire/{partner_id}": Way("owner", lambda walk: walk.space),
    "/espace-partenaire/{partner_id}/declarations": Way("owner", lambda walk: f"{walk.space}/declarations"),
    "/espace-partenaire/{partner_id}/demandes": Way("owner", lambda walk: f"{walk.space}/demandes"),
    "/espace-partenaire/{partner_id}/demandes/{accreditation_id}": Way(
        "owner", lambda walk: f"{walk.space}/demandes/{walk.accreditation}"
    ),
    "/espace-partenaire/{partner_id}/pieces": Way("owner", lambda walk: f"{walk.space}/pieces"),
    "/espace-partenaire/{partner_id}/iban": Way("owner", lambda walk: f"{walk.space}/iban"),
    "/espace-partenaire/{partner_id}/charte/{scheme}/{season}": Way(
        "owner", lambda walk: f"{walk.space}/charte/{CULTURE}/{SEASON}"
    ),
    "/espace-partenaire/{partner_id}/delegues": Way("owner", lambda walk: f"{walk.space}/delegues"),
    "/espace-partenaire/{partner_id}/delegues/{account_id}": Way(
        "owner", lambda walk: f"{walk.space}/delegues/{walk.town.partner(CINEMA).till.account_id}"
    ),
    "/espace-partenaire/{partner_id}/versements": Way("owner", lambda walk: f"{walk.space}/versements"),
    "/espace-partenaire/{partner_id}/justificatifs/{scheme}/{season}/{hold_code}": Way(
        "museum_owner", lambda walk: walk.proof
    ),
    "/espace-partenaire/{partner_id}/bons-plans": Way("owner", lambda walk: f"{walk.space}/bons-plans"),
    "/espace-partenaire/{partner_id}/bons-plans/nouveau": Way("owner", lambda walk: f"{walk.space}/bons-plans/nouveau"),
    "/espace-partenaire/{partner_id}/bons-plans/nouveau/{scheme}/{season}": Way(
        "owner", lambda walk: f"{walk.space}/bons-plans/nouveau/{CULTURE}/{SEASON}"
    ),
    "/espace-partenaire/{partner_id}/bons-plans/{offer_id}": Way("owner", lambda walk: walk.space + walk.published),
    "/etablissement": Way("cashier"),
    "/etablissement/{partner_id}": Way("referent", lambda walk: walk.school),
    "/etablissement/{partner_id}/demandes/{enrolment_id}": Way("referent", lambda walk: walk.enrolment),
    "/etablissement/{partner_id}/listes": Way("referent", lambda walk: f"{walk.school}/listes"),
    "/etablissement/{partner_id}/listes/{import_id}": Way("referent", lambda walk: walk.class_list),
    "/etablissement/{partner_id}/referents": Way("head", lambda walk: f"{walk.school}/referents"),
    "/agents/etablissements": Way("staff"),
    "/agents": Way("staff"),
    "/agents/pieces": Way("staff"),
    "/agents/pieces/{check_id}": Way("staff", lambda walk: walk.check),
    "/agents/adhesions": Way("staff"),
    "/agents/adhesions/{membership_id}": Way("staff", lambda walk: f"/agents/adhesions/{walk.membership}"),
    "/agents/budgets": Way("budgets"),
    "/agents/budgets/{scheme}/{season}/{benefit}": Way("budgets", lambda walk: walk.budget),
    "/agents/remboursements": Way("budgets"),
    "/agents/remboursements/{run_id}": Way("budgets", lambda walk: walk.run),
    "/agents/reversements": Way("budgets"),
    "/agents/retenues": Way("budgets"),
    "/agents/ibans": Way("budgets"),
    "/agents/ibans/{partner_id}": Way("budgets", lambda walk: f"/agents/ibans/{walk.town.partner(MUSEUM).partner_id}"),
    "/agents/justificatifs": Way("staff", lambda walk: walk.sent_proof and "/agents/justificatifs"),
    "/agents/justificatifs/{partner_id}/{scheme}/{season}/{hold_code}": Way("staff", lambda walk: walk.sent_proof),
    "/agents/structures/{partner_id}": Way("budgets", lambda walk: walk.cinema_file),
    "/agents/equipe": Way("budgets"),
    "/agents/equipe/programmes": Way("budgets"),
    "/agents/equipe/{account_id}": Way("budgets", lambda walk: walk.colleague),
    "/agents/corrections": Way("budgets"),
    "/agents/suspensions": Way("staff"),
    "/agents/suppressions": Way("support"),
    "/agents/cartes": Way("support"),
    "/agents/cartes/jeunes": Way("support"),
    "/agents/cartes/jeunes/{person_id}": Way("support", lambda walk: f"/agents/cartes/jeunes/{walk.person}"),
    "/agents/partenaires": Way("staff"),
    "/agents/partenaires/{accreditation_id}": Way("staff", lambda walk: walk.application),
    "/agents/bons-plans": Way("staff"),
    "/agents/bons-plans/publies": Way("staff", lambda walk: walk.published and "/agents/bons-plans/publies"),
    "/agents/bons-plans/publies/{offer_id}": Way(
        "staff", lambda walk: f"/agents/bons-plans/publies/{walk.published.rpartition('/')[2]}"
    ),
    "/agents/saisons": Way("staff"),
    "/agents/bons-plans/{offer_id}": Way("staff", lambda walk: walk.offer),
}

# Pictures, files, streams, and parts that a page's script fetches: no page by themselves.
PARTS = {
    "/agents/cartes/lots/{batch_id}/fichier",
    "/agents/remboursements/{run_id}/fichier",
    "/agents/remboursements/{run_id}/bordereaux/{partner_id}",
    "/espace-partenaire/{partner_id}/pieces/{document_id}",
    "/espace-partenaire/{partner_id}/versements/{run_id}/releve.csv",
    "/espace-partenaire/{partner_id}/versements/{run_id}/releve.pdf",
    "/mon-espace/carte/photo.jpg",
    "/mon-espace/coupons/{voucher_id}/pdf",
    "/agents/pieces/{check_id}/image",
    "/agents/structures/{partner_id}/documents/{document_id}",
    "/etablissement/{partner_id}/listes/{import_id}/compte-rendu.csv",
    "/mon-espace/code",
    "/mon-espace/code.svg",
    "/mon-espace/soldes",
    "/mon-espace/direct",
}

PATHS = sorted(one.path for one in pages() if isinstance(one, Page) and one.path not in PARTS)


@pytest.fixture(scope="module")
def walk(town: Town, desk: Desk) -> Walk:
    return Walk(town, desk)


def test_every_page_is_walked_to() -> None:
    """A new page gets its line in WAYS (or in PARTS, when it is none by itself)."""
    assert [path for path in PATHS if path not in WAYS] == []


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_light_and_axe_finds_nothing(walk: Walk, path: str) -> None:
    """Under 100 kB on the wire with an empty cache, the scan island apart; no violation of axe's rules."""
    way = WAYS[path]
    where = way.where(walk) if way.where else path
    weight = weights.measure(getattr(walk, way.who), path, where)
    assert weight.findings == []
    assert weight.kilobytes < _MOST_KB
