"""Who pages are shown to: partners, young people and staff, made through the API on a platform of the tests' own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import httpx

from demo.addresses import running_platform
from demo.client import Caller, Gateway, Json
from demo.documents import misspelt, pdf
from demo.mailbox import Mailbox
from demo.narrator import Narrator
from demo.organisations import Organisation
from demo.people import Person
from demo.platform_time import PlatformTime, paris
from demo.record import Record
from demo.sessions import Login, Member
from demo.stage import PASSWORD, Partner, Stage, Young
from demo.steps import authority, partnership
from demo.story_file import load
from demo.story_values import Scheme
from demo.waiting import until
from specimens import card

VISITS = Scheme("visites", "rights", "2025-2026", "Visites", "2025-07-01", ())
RULEBOOKS = Path(__file__).parent / "rulebooks"
"""Where the rulebook of `VISITS` stands: of rights without cents."""
MUSEUM = Organisation(
    slug="museum",
    public_name="Musée des Maquettes",
    legal_name="Association Le Musée des Maquettes",
    kind="association",
    street="9 place des Vitrines",
    postal_code="14000",
    commune="14118",
    city="Caen",
    scheme=VISITS.id,
    categories=("musee",),
    declarations={"activity": "museum"},
)
_DEMO = load()
# Fails the same condition as the story's, and is accepted despite it.
UNIFORMS = replace(
    _DEMO.organisation("fashion"),
    slug="uniforms",
    public_name="Étoffes et Uniformes",
    legal_name="SARL Étoffes et Uniformes",
)
STORY = replace(_DEMO, schemes=(*_DEMO.schemes, VISITS), organisations=(*_DEMO.organisations, MUSEUM, UNIFORMS))
CINEMA, THEATRE, SPORTS_CLUB, FASHION = map(STORY.organisation, ("cinema", "theatre", "sports-club", "fashion"))
WORKSHOP = STORY.organisation("work-wear")
CULTURE, SEASON = STORY.with_fee.id, STORY.with_fee.season
CAEN, ROUEN = "14118", "76540"
OPENING = paris(date(2025, 9, 3))
ACCREDITED = (CINEMA, SPORTS_CLUB, MUSEUM)
_SEED = 68
_CARD_DAY = date(2025, 7, 1)
_GOOD_CARD = "4242 4242 4242 4242"
_READ_WITHIN_S = 120.0
_LATER = timedelta(minutes=5)
_GUARDIAN_LINK = re.compile(r"/autorisation/[A-Za-z0-9_-]+")
_INVITATION_LINK = re.compile(r"/compte/invitation/[A-Za-z0-9_-]+")


@dataclass
class Town:
    """The cast, made when first asked for. `url` is the pages' address under the authority's own host name."""

    url: str
    stage: Stage = field(repr=False)
    _browsers_staff: dict[str, Login] = field(default_factory=dict, repr=False)
    _given_out: set[str] = field(default_factory=set, repr=False)

    @classmethod
    def settle(cls, gateway_url: str, folder: Path) -> Town:
        """The Région's season is open and its budget voted; partners have applied, `ACCREDITED` were accepted."""
        gateway = Gateway(gateway_url, STORY.authority.host)
        visitor = Caller(gateway)
        clock = PlatformTime(visitor)
        stage = Stage(gateway, visitor, clock, Narrator(), Record(), folder, _SEED, pupils_count=6, story=STORY)
        stage.mailbox = Mailbox(running_platform(STORY).mail_page)
        clock.place(OPENING)
        authority.enlist_staff(stage)
        authority.open_seasons(stage)
        authority.vote_budgets(stage)
        partnership.sign_up_partners(stage)
        town = cls(gateway_url.replace("127.0.0.1", STORY.authority.host), stage)
        town._accept(ACCREDITED)
        clock.settle()
        return town

    def close(self) -> None:
        self.stage.close()

    @property
    def now(self) -> datetime:
        return self.stage.clock.now()

    def partner(self, organisation: Organisation) -> Partner:
        return self.stage.partner(organisation)

    @cached_property
    def member(self) -> Young:
        """A student with wallets of Culture & Sport."""
        young = self.newcomer("membre", "Fictiveau", "Zoé")
        self._accept_card(young)
        self._join(young)
        return young

    @cached_property
    def museum_goer(self) -> Young:
        """A student with rights without cents."""
        young = self.newcomer("curieuse", "Fictiveau", "Inès")
        young.member.post("/v1/memberships", {"scheme": VISITS.id, "season": VISITS.season})
        until(lambda: young.member.get("/v1/accesses").get("accesses") or None, f"the rights of {young.name}")
        return young

    def uses_left(self, young: Young) -> int:
        """How often the person may still use their right this week."""
        return int(young.member.get("/v1/accesses")["accesses"][0]["uses_left"])

    def record_use(self) -> str:
        """The id of a use at the museum."""
        museum = self.partner(MUSEUM)
        shown = {"code": self.fresh_code(self.museum_goer), "device": "caisse-1"}
        presentation_id = museum.till.post(f"{museum.path}/presentations", shown)["presentation_id"]
        body = {"presentation_id": presentation_id, "scheme": VISITS.id, "season": VISITS.season}
        body |= {"benefit": "musees", "device": "caisse-1"}
        return str(museum.till.post(f"{museum.path}/access-uses", body, key=uuid4().hex)["use_id"])

    def run_of_the_month(self) -> str:
        """The id of the run of what was paid in September, once the month is over; held where no IBAN was verified."""
        self.stage.clock.move(paris(date(2025, 10, 1)))

        def made() -> str | None:
            runs = self.stage.staff.payer.pages("/v1/staff/payouts", "runs")
            return next((str(run["run_id"]) for run in runs), None)

        return until(made, "the run of September")

    def newcomer(self, slug: str, surname: str, given_name: str, born_on: date = date(2006, 3, 14)) -> Young:
        """A student, of 19 unless said otherwise, with an account and a profile, and no card sent yet."""
        person = Person(slug, surname, given_name, born_on, "F", ROUEN, "etudiant", CAEN)
        young = Young(person, self.stage.open_account("young", person.email))
        young.member.put("/v1/profile", {"profile": _profile(person)})
        return young

    def send_card(self, young: Young, *, slip: bool = False) -> Json:
        """Send the person's card, with `slip` one whose surname ends in a letter too many; the check once read."""
        holder = young.person.holder(_CARD_DAY)
        if slip:
            holder = replace(holder, surname=misspelt(holder.surname))
        young.member.upload("/v1/card-checks", card(holder, seed=crc32(young.person.slug.encode())), "image/png")
        return until(lambda: _read(young), f"the reading of {young.name}'s card", within_s=_READ_WITHIN_S)

    def code(self, young: Young) -> str:
        """What the QR on the person's screen holds now."""
        return str(young.member.get("/v1/card/code")["code"])

    def fresh_code(self, young: Young) -> str:
        """A code that no till has read: platform time moves on where the last one was given out already."""
        code = self.code(young)
        if code in self._given_out:
            self.stage.clock.move(self.now + _LATER)
            code = self.code(young)
        self._given_out.add(code)
        return code

    def balance(self, young: Young, benefit: str) -> int:
        """What the person's wallet holds, in cents."""
        wallets = young.member.get("/v1/wallets")["wallets"]
        return next(int(wallet["balance_cents"]) for wallet in wallets if wallet["benefit"] == benefit)

    def make_voucher(self, young: Young, organisation: Organisation, benefit: str, amount_cents: int) -> Json:
        """A part of the person's wallet of Culture & Sport, reserved for one partner."""
        body = {"scheme": CULTURE, "season": SEASON, "benefit": benefit, "amount_cents": amount_cents}
        body |= {"partner_id": self.partner(organisation).partner_id}
        voucher: Json = young.member.post("/v1/vouchers", body, key=uuid4().hex)["voucher"]
        return voucher

    def accredit(self, organisation: Organisation) -> None:
        """Its applications are accepted, and every service has heard of it."""
        self._accept((organisation,))
        self.stage.clock.settle()

    def voted(self, benefit: str) -> int:
        """What was voted for a benefit of Culture & Sport, in cents."""
        envelopes = self.stage.staff.administrator.get("/v1/staff/budgets", scheme=CULTURE, season=SEASON)["envelopes"]
        return next(int(each["voted_cents"]) for each in envelopes if each["benefit"] == benefit)

    def send_proof(self) -> str:
        """The path of a proof that the museum sent, for staff."""
        museum = self.partner(MUSEUM)
        kind = "photo_affiche"
        document = museum.owner.upload(
            f"{museum.path}/documents", pdf("SPECIMEN"), "application/pdf", kind=kind, filename="affiche.pdf"
        )["document"]
        place = {"scheme": VISITS.id, "season": VISITS.season, "hold_code": "affiche"}
        museum.owner.post(f"{museum.path}/payout-proofs", {**place, "document_id": document["document_id"]})
        return "/agents/justificatifs/" + "/".join((museum.partner_id, *place.values()))

    def take_debit(self, amount_cents: int) -> str:
        """The id of a debit of the member at the cinema, once payout has heard of it."""
        cinema = self.partner(CINEMA)
        account_path = f"{cinema.path}/account"
        owed = cinema.owner.get(account_path)["owed_cents"]
        shown = {"code": self.fresh_code(self.member), "device": "caisse-1"}
        presentation_id = cinema.till.post(f"{cinema.path}/presentations", shown)["presentation_id"]
        body = {"presentation_id": presentation_id, "scheme": CULTURE, "season": SEASON, "benefit": "cinema"}
        body |= {"amount_cents": amount_cents, "device": "caisse-1"}
        paid = cinema.till.post(f"{cinema.path}/debits", body, key=uuid4().hex)["receipt"]

        def heard() -> bool | None:
            return cinema.owner.get(account_path)["owed_cents"] > owed or None

        until(heard, "the debit in payout")
        return str(paid["debit_id"])

    def invitation_link(self, email: str) -> str:
        """The path that the latest invitation sent to this address leads to."""

        def arrived() -> str | None:
            texts = [mail.text for mail in self.stage.mailbox.mails() if mail.to == email]
            found = [link for text in texts if (link := _INVITATION_LINK.search(text))]
            return found[-1][0] if found else None

        return until(arrived, f"the mail to {email}")

    def submit_offer(self, title: str) -> Json:
        """A bon plan of the cinema, which waits for a moderator."""
        text = {"title": title, "description": "Une séance avant tout le monde.", "prize": "1 place pour 2 personnes"}
        window = {"opens_at": self.now.isoformat(), "closes_at": (self.now + timedelta(days=14)).isoformat()}
        body = {"kind": "registration", "text": text, "scheme": CULTURE, "season": SEASON, "places": 20, **window}
        cinema = self.partner(CINEMA)
        answer = cinema.owner.post(f"{cinema.path}/offers", {**body, "value_cents": 1200}, key=uuid4().hex)
        offer: Json = answer["offer"]
        return offer

    @cached_property
    def school(self) -> Partner:
        """The establishment of the story, accredited when it is first asked for."""
        self._accept((STORY.school,))
        self.stage.clock.settle()
        return self.stage.school

    def ask_school(self, slug: str) -> str:
        """The id of a newcomer's request to the school of the story."""
        young = self.newcomer(slug, "Inventeau", "Lou")
        scheme = STORY.with_school
        assert self.school.partner_id  # it answers to somebody once it is accredited
        body = {"scheme": scheme.id, "season": scheme.season, "uai": STORY.school.uai, "level": "seconde"}
        asked = young.member.post("/v1/enrolments", {**body, "track": "general", "sector": ""})
        return str(asked["enrolment"]["enrolment_id"])

    def guardian_link(self) -> str:
        """The path that a mail leads a guardian to, whom a newcomer of sixteen asked for a consent."""
        young = self.newcomer("mineure", "Inventel", "Ada", date(2009, 3, 14))
        address = "parent.inventel@example.org"
        young.member.post("/v1/guardian-requests", {"scheme": CULTURE, "season": SEASON, "email": address})

        def arrived() -> str | None:
            texts = (mail.text for mail in self.stage.mailbox.mails() if mail.to == address)
            return next((found[0] for text in texts if (found := _GUARDIAN_LINK.search(text))), None)

        return until(arrived, f"the mail to {address}")

    def send_class_list(self) -> str:
        """The id of a list of one line to correct, once it is loaded."""
        content = b"nom;prenom;date_naissance;niveau;filiere\nInventeau;Lou;hier;seconde;general"
        sent = self.school.till.upload(
            f"{self.school.path}/class-lists",
            content,
            "text/csv",
            season=STORY.with_school.season,
            filename="classes.csv",
        )
        self.stage.clock.settle()
        return str(sent["import"]["import_id"])

    @cached_property
    def moderator(self) -> Member:
        """A moderator who works through the API."""
        return Member(self.stage.gateway, self.staff("max.relecture", "moderation"))

    def staff(self, name: str, *roles: str) -> Login:
        """A member of staff who has never signed in: each code of a second factor is good once."""
        if name not in self._browsers_staff:
            email = f"{name}@example.org"
            administrator = self.stage.staff.administrator
            invited = administrator.post("/v1/staff", {"email": email, "roles": list(roles)})
            accepted = self.stage.visitor.post(
                "/v1/invitations/accept", {"invitation_token": invited["invitation_token"], "password": PASSWORD}
            )
            self.stage.clock.settle()  # every service has heard of their roles
            self._browsers_staff[name] = Login(email, PASSWORD, str(accepted["second_factor_uri"]))
        return self._browsers_staff[name]

    def _accept(self, organisations: tuple[Organisation, ...]) -> None:
        wanted = {self.partner(each).partner_id for each in organisations}
        instructor = self.stage.staff.instructor
        for application in list(instructor.pages("/v1/staff/applications", "applications")):
            accreditation = application["accreditation"]
            if accreditation["partner_id"] in wanted:
                path = f"/v1/staff/accreditations/{accreditation['accreditation_id']}/decision"
                instructor.post(path, {"accept": True, "reason": ""})

    def _accept_card(self, young: Young) -> None:
        check = self.send_card(young)
        if check["state"] == "person":
            path = f"/v1/staff/card-checks/{check['check_id']}/decision"
            self.stage.staff.instructor.post(path, {"accept": True, "reason": ""})
        self.stage.clock.settle()

    def _join(self, young: Young) -> None:
        asked = young.member.post("/v1/memberships", {"scheme": CULTURE, "season": SEASON})["membership"]
        started = young.member.post(f"/v1/memberships/{asked['membership_id']}/card-payments")
        httpx.post(f"{started['checkout_url']}/pay", json={"card_number": _GOOD_CARD}, timeout=20).raise_for_status()
        until(lambda: young.member.get("/v1/wallets").get("wallets") or None, f"the wallets of {young.name}")


def member_of(town: Town, login: Login) -> Member:
    """The same person through the API."""
    return Member(town.stage.gateway, login)


def _profile(person: Person) -> Json:
    return {
        "surname": person.surname,
        "given_names": [person.given_names],
        "birth_date": person.birth_date.isoformat(),
        "residence_commune": person.commune,
        "study_status": person.study_status,
        "study_commune": person.study_commune,
    }


def _read(young: Young) -> Json | None:
    check: Json = young.member.get("/v1/card-checks/latest")["check"]
    return None if check["state"] == "pending" else check
