"""A person lives a season's first month, is erased, and comes back: nothing of theirs is left, nothing is drawn twice.

Their values are marks that nothing else on the platform holds.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from zlib import crc32

import pytest

from demo.client import Caller, Gateway, Json, Refused
from demo.organisations import Organisation
from demo.platform_time import PlatformTime, paris
from demo.sessions import Login, Member
from demo.waiting import until
from embedded import lifecycle
from embedded.environment import machine_environment
from embedded.rundir import ROOT, RunDir
from rulebooks import Catalogue, Rulebook
from specimens import Holder, card
from tests.journeys.hall import PASSWORD, Hall, Shop, debit, issue, membership, open_shop, present, runs_of
from tests.journeys.traces import Traces

pytestmark = pytest.mark.timeout(900)

AUTHORITY, SCHEME, SEASON, UAI = "normandie", "livres-equipement", "2025-2026", "0149876J"
HOLDER = Holder("MARQUECIMEN", "ZEBULINE", date(2009, 11, 23), "F", date(2023, 9, 1))
EMAIL, STREET = "zebuline.marquecimen@example.org", "7 impasse des Marques-Uniques"
MARKS = ("marquecimen", "zebuline", "2009-11-23", EMAIL, "marques-uniques")
# What is surely there: a partner's name, a line of a log, the type of an event that went through a queue.
_THERE = ("partenaire invent", "serving", "fr.atouts.wallet.debit_recorded")
_OPENED_ON, _PAID_ON = date(2025, 9, 8), date(2025, 9, 30)
_CENTS, _BUDGET_CENTS = 2375, 1_000_000


@dataclass
class Story:
    """What was seen on the way."""

    found: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    waited: Json = field(default_factory=dict)
    done: Json = field(default_factory=dict)
    closed: str = ""
    after: list[str] = field(default_factory=list)
    verified: Json = field(default_factory=dict)
    first_wallets: set[str] = field(default_factory=set)
    second_wallets: set[str] = field(default_factory=set)
    second_check: str = ""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    run = RunDir(tmp_path_factory.mktemp("erasure"))
    started = lifecycle.up(run, environment={**machine_environment(), "ATOUTS_MODE": "test"})
    try:
        yield _Play(str(started.public_url).rstrip("/"), run).played()
    finally:
        lifecycle.reset(run)


class _Play:
    def __init__(self, url: str, run: RunDir) -> None:
        catalogue = Catalogue.load()
        self._rulebook: Rulebook = catalogue.get(AUTHORITY, SCHEME, SEASON)
        self._hall = Hall(AUTHORITY, Gateway(url, catalogue.authority(AUTHORITY).host), run.path)
        self._clock = PlatformTime(Caller(self._hall.gateway))
        self._traces = Traces(run)
        self._run = run
        self._story = Story()

    def played(self) -> Story:
        self._clock.place(paris(_OPENED_ON))
        self._hall.enlist()
        self._clock.settle()
        shop, school = self._opened()
        person = self._signed_up(school)
        self._story.first_wallets = self._wallets(person)
        self._bought(person, shop)
        self._story.found = self._traces.of(_THERE)
        self._story.before = self._traces.of([EMAIL, "marquecimen"])
        self._erased(person)
        self._again(school)
        return self._story

    def _opened(self) -> tuple[Shop, Shop]:
        season = {"scheme": SCHEME, "season": SEASON}
        self._hall.administrator.post("/v1/staff/seasons", season)
        for benefit in ("livres", "equipement"):
            vote = {**season, "benefit": benefit, "amount_cents": _BUDGET_CENTS}
            self._hall.administrator.post("/v1/staff/budgets", vote, key=f"vote-{benefit}")
        charter = self._rulebook.charter.version
        shop = open_shop(self._hall, _BOOKSHOP, SEASON, charter)
        school = open_shop(self._hall, _SCHOOL, SEASON, charter)
        self._clock.settle()
        return shop, school

    def _signed_up(self, school: Shop) -> Member:
        """An account with a profile, an address, a card that the machine accepts, a school that says yes."""
        person = self._hall.account("young", EMAIL)
        profile = {
            "surname": HOLDER.surname, "given_names": [HOLDER.given_names], "birth_date": "2009-11-23",
            "residence_commune": "14118", "study_status": "lyceen", "study_commune": "14118", "facts": {"sex": "F"},
        }  # fmt: skip
        person.put("/v1/profile", {"profile": profile})
        address = {"lines": [STREET], "postal_code": "14000", "town": "CAEN"}
        person.put("/v1/card/address", {"address": address})
        season = {"scheme": SCHEME, "season": SEASON}
        person.post("/v1/enrolments", {**season, "uai": UAI, "level": "seconde", "track": "vocational", "sector": ""})
        person.post("/v1/memberships", season)
        self._shown(person)
        self._clock.settle()
        for enrolment in list(school.till.pages(f"{school.path}/enrolments", "enrolments")):
            if enrolment["state"] == "requested":
                body = {"validate": True, "reason": "", "level": "", "track": "", "sector": ""}
                school.till.post(f"{school.path}/enrolments/{enrolment['enrolment_id']}/decision", body)
        self._clock.settle()
        assert membership(person, SCHEME)["state"] == "active"
        return person

    def _shown(self, person: Member) -> str:
        """The same card each time; the machine's verdict."""
        picture = card(HOLDER, seed=crc32(b"zebuline"))
        person.upload("/v1/card-checks", picture, "image/png")

        def read() -> Json | None:
            check: Json = person.get("/v1/card-checks/latest")["check"]
            return check if check["state"] != "pending" else None

        return str(until(read, "the reading of a card", within_s=120.0)["state"])

    def _wallets(self, person: Member) -> set[str]:
        return {wallet["benefit"] for wallet in person.get("/v1/wallets")["wallets"]}

    def _bought(self, person: Member, shop: Shop) -> None:
        shown = present(shop, str(person.get("/v1/card/code")["code"]))
        order = {"scheme": SCHEME, "season": SEASON, "benefit": "livres", "amount_cents": _CENTS}
        assert debit(shop, {**order, "presentation_id": shown}, "books").debit_id
        self._clock.settle()

    def _erased(self, person: Member) -> None:
        """Asked for while the bookshop is not paid; done the night after it was."""
        person.post("/v1/account/erasure", {"password": PASSWORD})
        self._clock.settle()
        self._story.waited = self._latest()
        self._clock.move(paris(_PAID_ON))
        for run in list(runs_of(self._hall, SCHEME)):
            issue(self._hall, run)
        self._clock.move(paris(_PAID_ON + timedelta(days=1)))
        self._clock.settle()
        self._story.done = self._latest()
        try:
            Member(self._hall.gateway, Login(EMAIL, PASSWORD)).sign_in()
        except Refused as refusal:
            self._story.closed = refusal.code
        self._story.after = self._traces.of(MARKS)
        self._story.verified = self._verify()

    def _latest(self) -> Json:
        found: Json = self._hall.administrator.get("/v1/staff/erasures")["erasures"][0]
        return found

    def _again(self, school: Shop) -> None:
        """The same person, address and card; another account."""
        person = self._signed_up(school)
        self._story.second_check = str(person.get("/v1/card-checks/latest")["check"]["state"])
        self._story.second_wallets = self._wallets(person)

    def _verify(self) -> Json:
        done = subprocess.run(
            [str(ROOT / "bin" / "atouts"), "verify", "--json"],
            env={**os.environ, "ATOUTS_RUN_DIR": str(self._run.path)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        report: Json = json.loads(done.stdout)
        return report


_INVENTED: dict[str, Any] = {
    "public_name": "Partenaire inventé", "legal_name": "Partenaire inventé", "street": "1 rue Inventée",
    "postal_code": "14000", "commune": "14118", "city": "Ville inventée", "scheme": SCHEME,
}  # fmt: skip
_BOOKSHOP = Organisation(
    **_INVENTED, slug="librairie", kind="company", categories=("livres",),
    declarations={"activity": "bookshop", "book_trade": True}, roles=("service",), uai="", delegate_roles=("cashier",),
)  # fmt: skip
_SCHOOL = replace(
    _BOOKSHOP, slug="lycee", kind="public_body", categories=("establishment",), roles=("establishment",), uai=UAI,
    declarations={"activity": "school", "establishment_kind": "lycee_public"}, delegate_roles=("school",),
)  # fmt: skip


def test_the_search_finds_what_is_there(story: Story) -> None:
    """In a table, in a log, in the broker's files: what it does not find was not written."""
    for where, mark in zip(("database partner", "file logs", "file rabbitmq"), _THERE, strict=True):
        assert any(place.startswith(where) and place.endswith(mark) for place in story.found), (where, story.found)


def test_the_marks_were_nowhere_in_clear_even_before(story: Story) -> None:
    """Columns are sealed, look-ups are keyed, events, queues and logs hold ids: an erasure has no trace to chase."""
    assert story.before == []


def test_the_erasure_waits_for_the_payout(story: Story) -> None:
    """The bookshop was not paid yet; staff see why."""
    assert story.waited["state"] == "waiting"
    assert story.waited["holds"] == [{"code": "payout_open", "count": 1}]


def test_every_service_answers_with_what_it_cleared(story: Story) -> None:
    """Done once all have; the wallet, notification and identity had something of the person."""
    assert story.done["state"] == "done"
    rows = {answer["service"]: answer["rows"] for answer in story.done["answers"]}
    assert set(rows) == {"identity", "wallet", "payout", "partner", "bonplan", "notification"}
    assert all(rows[service] > 0 for service in ("identity", "wallet", "bonplan", "notification"))


def test_no_table_log_queue_or_dead_letter_holds_a_value_of_the_person(story: Story) -> None:
    """Every database, every log, the broker's files and Valkey are searched, as text and as bytes."""
    assert story.after == []
    assert story.closed == "credentials_wrong"


def test_the_ledger_still_verifies(story: Story) -> None:
    """Entries stand under an id that leads nowhere."""
    assert story.verified["held"] is True, story.verified


def test_whoever_comes_back_with_the_same_card_is_accepted_and_has_no_second_equipment(story: Story) -> None:
    """Once in the schooling stays once; what each season gives is given."""
    assert story.first_wallets == {"livres", "equipement"}
    assert story.second_check == "accepted"
    assert story.second_wallets == {"livres"}
