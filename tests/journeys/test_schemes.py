"""Five schemes of three authorities, and a sixth from the guide, side by side on one platform: only data differ.

Each scheme of `schemes.yaml` is opened by its authority's staff, joined by a person, taken at a partner's till by every
channel, cancelled within its window and paid by its rhythm.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.autumn import moved, season_moved
from demo.client import Caller, Gateway, Json
from demo.organisations import Organisation
from demo.platform_time import PlatformTime, paris
from demo.sessions import Member
from embedded import lifecycle
from embedded.environment import machine_environment
from embedded.rundir import ROOT, RunDir
from rulebooks import Catalogue, Rulebook
from rulebooks.catalogue import PACKAGED
from tests.journeys.hall import (
    Attempt,
    Hall,
    Joining,
    Shop,
    cancel,
    debit,
    issue,
    membership,
    open_shop,
    pay_fee,
    present,
    runs_of,
    show_card,
)

pytestmark = pytest.mark.timeout(900)

_STATED: Json = yaml.safe_load((Path(__file__).parent / "schemes.yaml").read_text(encoding="utf-8"))
_EXAMPLE = ROOT / "docs" / "guides" / "example"
_PRESENTED = ("qr", "number")
_UAI = "0149876J"
_ENVELOPE_CENTS = 1_000_000
_WRONG_CODE = "8531"
_NEXT_CODE = timedelta(minutes=1)


@dataclass
class Life:
    """What one person and one partner of a scheme lived through."""

    stated: Json
    rulebook: Rulebook
    hall: Hall
    steps: list[str] = field(default_factory=list)
    wallets: dict[str, int] = field(default_factory=dict)
    before_code: dict[str, str] = field(default_factory=dict)
    tills: dict[str, str] = field(default_factory=dict)
    code_answers: set[tuple[str, str]] = field(default_factory=set)
    undone: list[str] = field(default_factory=list)
    without_holder: set[str] = field(default_factory=set)
    kept: Attempt = field(default_factory=Attempt)
    odd: str = ""
    again: str = ""
    too_late: str = ""
    first_run_on: date | None = None
    run: Json = field(default_factory=dict)
    issued: str = ""
    member: Member = field(init=False)
    shop: Shop = field(init=False)

    @property
    def scheme(self) -> str:
        return str(self.stated["scheme"])

    @property
    def joining(self) -> Joining:
        slug = self.scheme.replace("-", "")
        return Joining(slug, self.scheme, self.rulebook.season, self.stated["member"])

    def order(self, shown: Json, cents: int | None = None) -> Json:
        """The purchase, or one of another amount, with what is shown of the card."""
        purchase = self.stated["purchase"]
        asked = {"scheme": self.scheme, "season": self.rulebook.season, "benefit": purchase["benefit"]}
        return {**asked, "amount_cents": cents or purchase["cents"], **shown}


@dataclass
class Autumn:
    """All of them, on one platform."""

    lives: dict[str, Life]
    verified: Json


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Autumn]:
    run = RunDir(tmp_path_factory.mktemp("autumn"))
    rulebooks = moved(_moved_places(), tmp_path_factory.mktemp("rulebooks"))
    places = (PACKAGED, _EXAMPLE, rulebooks)
    environment = {**machine_environment(), "ATOUTS_MODE": "test", "RULEBOOKS": os.pathsep.join(map(str, places[1:]))}
    started = lifecycle.up(run, environment=environment)
    try:
        yield _Autumn(str(started.public_url).rstrip("/"), run, Catalogue.load(*places)).lived()
    finally:
        lifecycle.reset(run)


def _moved_places() -> list[tuple[str, str, str, int]]:
    stated = [each for each in _STATED["schemes"] if "years" in each]
    return [(each["authority"], each["scheme"], each["season"], each["years"]) for each in stated]


class _Autumn:
    """Plays the autumn, scheme by scheme where nothing waits, together where time passes."""

    def __init__(self, url: str, run: RunDir, catalogue: Catalogue) -> None:
        self._run = run
        self._halls: dict[str, Hall] = {}
        for authority in sorted({str(each["authority"]) for each in _STATED["schemes"]}):
            gateway = Gateway(url, catalogue.authority(authority).host)
            self._halls[authority] = Hall(authority, gateway, run.path)
        self._clock = PlatformTime(Caller(next(iter(self._halls.values())).gateway))
        self._lives = [self._life(stated, catalogue) for stated in _STATED["schemes"]]
        self._day = date.fromisoformat(str(_STATED["day"]))

    def _life(self, stated: Json, catalogue: Catalogue) -> Life:
        authority, season = stated["authority"], season_moved(stated["season"], stated.get("years", 0))
        return Life(stated, catalogue.get(authority, stated["scheme"], season), self._halls[authority])

    def lived(self) -> Autumn:
        self._clock.place(paris(self._day))
        for hall in self._halls.values():
            hall.enlist()
        self._clock.settle()
        for life in self._lives:
            self._open(life)
        self._clock.settle()
        for life in self._lives:
            self._join(life)
        self._buy()
        self._pay()
        return Autumn({life.scheme: life for life in self._lives}, self._verify())

    def _open(self, life: Life) -> None:
        season = {"scheme": life.scheme, "season": life.rulebook.season}
        life.hall.administrator.post("/v1/staff/seasons", season)
        for benefit in life.stated["wallets"]:
            vote = {**season, "benefit": benefit, "amount_cents": _ENVELOPE_CENTS}
            life.hall.administrator.post("/v1/staff/budgets", vote, key=f"vote-{life.scheme}-{benefit}")
        charter = life.rulebook.charter.version
        life.shop = open_shop(life.hall, _shop(life), life.rulebook.season, charter)
        if life.rulebook.school_validation:
            self._school(life, charter)

    def _school(self, life: Life, charter: str) -> None:
        life.stated["school"] = open_shop(life.hall, _school(life), life.rulebook.season, charter)
        self._clock.settle()

    def _join(self, life: Life) -> None:
        life.member = life.hall.account("young", f"{life.joining.slug}@example.org")
        life.member.put("/v1/profile", {"profile": life.joining.profile})
        season = {"scheme": life.scheme, "season": life.rulebook.season}
        if life.rulebook.school_validation:
            schooling = {"sector": "", **life.stated["schooling"]}
            life.member.post("/v1/enrolments", {**season, "uai": _UAI, **schooling})
        charter = life.rulebook.beneficiary_charter
        asked = {**season, "charter_version": charter.version} if charter else season
        life.member.post("/v1/memberships", asked)
        while not life.steps or life.steps[-1] != "active":
            state = membership(life.member, life.scheme)["state"]
            assert state not in life.steps, f"{life.scheme} stays {state}"
            life.steps.append(state)
            self._step(life, state)
        self._clock.settle()
        wallets = life.member.get("/v1/wallets")["wallets"]
        life.wallets = {
            each["benefit"]: int(each["credited_cents"]) for each in wallets if each["scheme"] == life.scheme
        }

    def _step(self, life: Life, state: str) -> None:
        if state == "awaiting_identity":
            show_card(life.member, life.joining)
        elif state == "awaiting_school":
            _validate(life.stated["school"])
        elif state == "awaiting_payment":
            pay_fee(life.member, life.scheme)
        self._clock.settle()

    def _buy(self) -> None:
        self._before_codes()
        for channel in next(iter(self._lives)).stated["tills"]:
            self._later()
            attempts = [(life, self._try(life, channel)) for life in self._lives]
            self._later()
            for life, attempt in attempts:
                self._undo(life, attempt, f"{life.scheme}-{channel}")
        self._later()
        for life in self._lives:
            self._keep(life)
        self._clock.move(paris(self._day + timedelta(days=1)))
        for life in self._lives:
            presentation = present(life.shop, _shown(life, "qr"))
            life.too_late = cancel(life.shop, life.kept.debit_id, f"late-{life.scheme}", presentation)

    def _before_codes(self) -> None:
        """No secret code is chosen yet; then it is."""
        for life in self._lives:
            for channel in life.stated["tills"] if "secret_code" in life.stated else ():
                self._later()
                refused = debit(life.shop, _by(life, channel), f"early-{life.scheme}-{channel}")
                life.before_code[channel] = refused.code or "paid"
                self._undo(life, refused, f"early-{life.scheme}-{channel}")
            if "secret_code" in life.stated:
                life.member.put("/v1/card/secret-code", {"secret_code": life.stated["secret_code"]})

    def _try(self, life: Life, channel: str) -> Attempt:
        """Without the secret code; where it is asked for, a wrong one and the right one."""
        order, key = _by(life, channel), f"{life.scheme}-{channel}"
        attempt = debit(life.shop, order, key)
        life.tills[channel] = attempt.code or "paid"
        if attempt.code == "secret_code_missing":
            wrong = debit(life.shop, {**order, "secret_code": _WRONG_CODE}, f"{key}-wrong")
            attempt = debit(life.shop, {**order, "secret_code": life.stated["secret_code"]}, f"{key}-right")
            life.code_answers.add((wrong.code, attempt.code))
            life.tills[channel] = "code"
        return attempt

    def _undo(self, life: Life, attempt: Attempt, key: str) -> None:
        """The same day; where the holder must be there, not without."""
        if not attempt.debit_id:
            return
        presentation = ""
        if life.stated.get("holder_present"):
            life.without_holder.add(cancel(life.shop, attempt.debit_id, f"undo-{key}-alone"))
            presentation = attempt.presentation_id or present(life.shop, _shown(life, "qr"))
        life.undone.append(cancel(life.shop, attempt.debit_id, f"undo-{key}", presentation))

    def _keep(self, life: Life) -> None:
        """The one purchase that stays, and what cannot be bought beside it."""
        code = life.stated.get("secret_code", "")
        shown = {"presentation_id": present(life.shop, _shown(life, "qr"))}
        if life.tills["qr"] == "code":
            shown["secret_code"] = code
        if "odd" in life.stated:
            life.odd = debit(life.shop, life.order(shown, life.stated["odd"]["cents"]), f"odd-{life.scheme}").code
        life.kept = debit(life.shop, life.order(shown), f"kept-{life.scheme}")
        if "again" in life.stated:
            life.again = debit(life.shop, life.order(shown, life.kept.balance_cents), f"again-{life.scheme}").code

    def _pay(self) -> None:
        """Each day on which some rhythm closes a period."""
        for day in sorted({_closes(life) for life in self._lives}):
            self._clock.move(paris(day))
            for life in self._lives:
                runs = list(runs_of(life.hall, life.scheme))
                if runs and life.first_run_on is None:
                    life.first_run_on, life.run = day, runs[0]
                    life.issued = issue(life.hall, runs[0])["state"]
        self._clock.settle()

    def _later(self) -> None:
        """A card's code is good once: the next one is shown."""
        self._clock.move(self._clock.now() + _NEXT_CODE)

    def _verify(self) -> Json:
        done = subprocess.run(
            [str(ROOT / "bin" / "atouts"), "verify", "--json"],
            env={**os.environ, "ATOUTS_RUN_DIR": str(self._run.path)},
            capture_output=True,
            text=True,
            check=False,
        )
        report: Json = json.loads(done.stdout)
        return report


def _shop(life: Life) -> Organisation:
    return _organisation(life, f"{life.scheme}-{life.stated['category']}", "company", life.stated["partner"])


def _school(life: Life) -> Organisation:
    declared = {"activity": "school", "establishment_kind": "lycee_public"}
    return _organisation(life, f"{life.scheme}-lycee", "public_body", declared, school=True)


def _organisation(life: Life, slug: str, kind: str, declared: Json, *, school: bool = False) -> Organisation:
    name = f"Partenaire inventé {slug}"
    return Organisation(
        slug=slug,
        public_name=name,
        legal_name=name,
        kind=kind,
        street="1 rue Inventée",
        postal_code=f"{life.stated['at'][:2]}000",
        commune=life.stated["at"],
        city="Ville inventée",
        scheme=life.scheme,
        categories=("establishment",) if school else (life.stated["category"],),
        declarations=declared,
        roles=("establishment",) if school else ("service",),
        uai=_UAI if school else "",
        delegate_roles=("school",) if school else ("cashier",),
    )


def _validate(school: Shop) -> None:
    for enrolment in list(school.till.pages(f"{school.path}/enrolments", "enrolments")):
        body = {"validate": True, "reason": "", "level": "", "track": "", "sector": ""}
        school.till.post(f"{school.path}/enrolments/{enrolment['enrolment_id']}/decision", body)


def _shown(life: Life, channel: str) -> str:
    """What the person's screen shows: to be scanned, or to be typed."""
    shown = life.member.get("/v1/card/code")
    return str(shown["typed_code" if channel == "number" else "code"])


def _by(life: Life, channel: str) -> Json:
    """The order as this channel sends it."""
    if channel in _PRESENTED:
        return life.order({"presentation_id": present(life.shop, _shown(life, channel))})
    return life.order({"code": _shown(life, channel), "channel": channel})


def _closes(life: Life) -> date:
    return date.fromisoformat(str(life.stated["payout"]["to"])) + timedelta(days=1)


@pytest.fixture(params=[str(each["scheme"]) for each in _STATED["schemes"]])
def life(autumn: Autumn, request: pytest.FixtureRequest) -> Life:
    return autumn.lives[request.param]


def test_a_person_joins_by_the_steps_of_the_scheme(life: Life) -> None:
    """Identity, school and fee are asked for where the rulebook says so, in its order, and nowhere else."""
    assert life.steps == life.stated["steps"]


def test_the_wallets_are_those_of_the_rulebook(life: Life) -> None:
    """What is credited follows from the person's facts, benefit by benefit."""
    assert life.wallets == life.stated["wallets"]


def test_each_channel_is_open_or_closed_and_asks_for_the_secret_code_or_not(life: Life) -> None:
    """A purchase by each channel ends as the rulebook says, with the secret code where it is asked for."""
    assert life.tills == life.stated["tills"]


def test_without_a_chosen_secret_code_the_channels_that_need_one_are_closed(life: Life) -> None:
    """A holder who has chosen none is refused where the rulebook needs one, and served elsewhere."""
    needing = life.rulebook.secret_code.needed_by if life.rulebook.secret_code else frozenset()
    expected = {
        channel: "secret_code_not_chosen" if channel in needing else outcome
        for channel, outcome in life.stated["tills"].items()
    }
    assert life.before_code == (expected if "secret_code" in life.stated else {})


def test_a_wrong_secret_code_pays_nothing_and_the_right_one_pays(life: Life) -> None:
    """Wherever a code was asked for, the wrong one was refused and the right one taken."""
    asked = "code" in life.stated["tills"].values()
    assert life.code_answers == ({("secret_code_wrong", "")} if asked else set())


def test_a_debit_is_undone_the_same_day_and_not_the_next(life: Life) -> None:
    """Within the cancellation window every debit is undone; the day after, none."""
    paid = sum(outcome in ("paid", "code") for outcome in life.stated["tills"].values())
    assert life.undone[-paid:] == [""] * paid
    assert set(life.undone) == {""}
    assert life.too_late == "cancellation_too_late"


def test_undoing_needs_the_holder_where_the_rulebook_says_so(life: Life) -> None:
    """Where the holder must be identified again, a cancellation without them is refused."""
    assert life.without_holder == ({"holder_not_present"} if life.stated.get("holder_present") else set())


def test_a_purchase_takes_what_its_kind_takes(life: Life) -> None:
    """Money by the cent, tickets whole, a voucher once though it is not used up."""
    assert life.kept.debit_id
    assert life.kept.balance_cents == life.stated["purchase"]["left"]
    assert life.odd == life.stated.get("odd", {}).get("refused", "")
    assert life.again == life.stated.get("again", "")


def test_the_partner_is_paid_by_the_rhythm_of_the_scheme(life: Life) -> None:
    """The run comes when the rulebook's period closes, pays the one debit that stayed, and is due when it says."""
    expected: dict[str, Any] = {name: str(day) for name, day in life.stated["payout"].items()}
    assert life.first_run_on == _closes(life)
    assert life.run["period_start"] == expected["from"]
    assert life.run["period_end"] == expected["to"]
    assert life.run["due_on"] == expected["due_on"]
    assert int(life.run["payable_cents"]) == life.stated["purchase"]["cents"]
    assert life.issued == "issued"


def test_every_cent_of_every_authority_agrees(autumn: Autumn) -> None:
    """The operator's proof holds over all ledgers, with the wallets' debits found again in payout."""
    assert autumn.verified["held"] is True, autumn.verified
