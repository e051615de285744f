"""One authority's people on a platform of the tests' own: its staff, a partner and a member of a scheme."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx

from demo.client import Caller, Gateway, Json, Refused, Request
from demo.documents import pdf
from demo.organisations import Organisation
from demo.sessions import Login, Member
from demo.waiting import until
from embedded.rundir import ROOT
from specimens import Holder, card

PASSWORD = "Une longue phrase de passe 2025"
DEVICE = "caisse-1"
_GOOD_CARD = "4242 4242 4242 4242"
_READ_WITHIN_S = 120.0
_ISSUED_ON = date(2023, 9, 1)


@dataclass
class Hall:
    """An authority: its door, and its staff."""

    authority: str
    gateway: Gateway
    run: Path
    visitor: Caller = field(init=False)

    def __post_init__(self) -> None:
        self.visitor = Caller(self.gateway)

    @cached_property
    def administrator(self) -> Member:
        """The first one comes from the operator's command."""
        options = ("--authority", self.authority, "--email", "premiere@example.org", "--roles", "administration")
        done = subprocess.run(
            [str(ROOT / "bin" / "atouts"), "staff", "create", *options, "--json"],
            env={**os.environ, "ATOUTS_RUN_DIR": str(self.run)},
            capture_output=True,
            text=True,
            check=True,
        )
        return self._accept("premiere@example.org", json.loads(done.stdout)["invitation_token"])

    @cached_property
    def instructor(self) -> Member:
        return self._invite("instruction@example.org", "instruction")

    @cached_property
    def payer(self) -> Member:
        return self._invite("paiements@example.org", "payments")

    @cached_property
    def approver(self) -> Member:
        return self._invite("visa@example.org", "payments")

    def enlist(self) -> None:
        """All of them, so that every service hears of their roles at the next rest."""
        assert all((self.administrator, self.instructor, self.payer, self.approver))

    def account(self, kind: str, email: str) -> Member:
        self.visitor.post("/v1/accounts", {"kind": kind, "email": email, "password": PASSWORD})
        return Member(self.gateway, Login(email, PASSWORD))

    def _invite(self, email: str, role: str) -> Member:
        invited = self.administrator.post("/v1/staff", {"email": email, "roles": [role]})
        return self._accept(email, str(invited["invitation_token"]))

    def _accept(self, email: str, token: str) -> Member:
        body = {"invitation_token": token, "password": PASSWORD}
        accepted = self.visitor.post("/v1/invitations/accept", body)
        return Member(self.gateway, Login(email, PASSWORD, str(accepted["second_factor_uri"])))


@dataclass
class Shop:
    """A partner of one category, accredited, with a cashier and a verified IBAN."""

    partner_id: str
    till: Member

    @property
    def path(self) -> str:
        return f"/v1/partners/{self.partner_id}"


def open_shop(hall: Hall, organisation: Organisation, season: str, charter: str) -> Shop:
    """Signed up, its documents sent, its charter signed; staff have accepted it."""
    slug = organisation.slug
    owner = hall.account("partner", f"{slug}.direction@example.org")
    registered = owner.post("/v1/partners", organisation.registration(seed=7))["partner"]
    till = hall.account("partner", f"{slug}.caisse@example.org")
    shop = Shop(str(registered["partner_id"]), till)
    delegate = {"account_id": till.account_id, "roles": list(organisation.delegate_roles)}
    owner.post(f"{shop.path}/delegates", delegate)
    for category in organisation.categories:
        _apply(hall, owner, shop, {"scheme": organisation.scheme, "season": season, "category": category}, charter)
    owner.put(f"{shop.path}/bank-account", {"iban": organisation.iban(seed=7), "holder": organisation.legal_name})
    verification = f"/v1/staff/partners/{shop.partner_id}/bank-account/verification"
    hall.payer.post(verification, {"accept": True, "reason": ""})
    return shop


def _apply(hall: Hall, owner: Member, shop: Shop, asked: Json, charter: str) -> None:
    accreditation = owner.post(f"{shop.path}/accreditations", asked)["accreditation"]
    for kind in accreditation["documents_missing"]:
        content = pdf("SPECIMEN", "Partenaire inventé", f"Document : {kind}", "Sans valeur.")
        owner.upload(f"{shop.path}/documents", content, "application/pdf", kind=kind, filename=f"{kind}.pdf")
    season = {name: asked[name] for name in ("scheme", "season")}
    owner.post(f"{shop.path}/charters", {**season, "charter_version": charter, "sworn": True})
    accreditation_id = accreditation["accreditation_id"]
    owner.post(f"{shop.path}/accreditations/{accreditation_id}/submission")
    decision = f"/v1/staff/accreditations/{accreditation_id}/decision"
    decided = hall.instructor.post(decision, {"accept": True, "reason": ""})["accreditation"]
    assert decided["state"] == "granted", decided


@dataclass
class Joining:
    """What a person is and asks for, as `schemes.yaml` says it."""

    slug: str
    scheme: str
    season: str
    stated: Json

    @property
    def holder(self) -> Holder:
        return Holder("FICTIVEAU", self.slug.upper(), self.born_on, self.stated["sex"], _ISSUED_ON)

    @property
    def born_on(self) -> date:
        return date.fromisoformat(str(self.stated["born_on"]))

    @property
    def profile(self) -> Json:
        return {
            "surname": self.holder.surname,
            "given_names": [self.holder.given_names],
            "birth_date": self.born_on.isoformat(),
            "residence_commune": self.stated["commune"],
            "study_status": self.stated["study_status"],
            "study_commune": self.stated.get("study_commune", ""),
            "facts": {"sex": self.stated["sex"], **self.stated.get("facts", {})},
        }


def membership(member: Member, scheme: str) -> Json:
    found: Json = next(each for each in member.get("/v1/memberships")["memberships"] if each["scheme"] == scheme)
    return found


def show_card(member: Member, joining: Joining) -> None:
    """A picture of the person's identity card, read and accepted by the machine."""
    member.upload("/v1/card-checks", card(joining.holder, seed=crc32(joining.slug.encode())), "image/png")

    def read() -> Json | None:
        check: Json = member.get("/v1/card-checks/latest")["check"]
        return check if check["state"] != "pending" else None

    assert until(read, "the reading of a card", within_s=_READ_WITHIN_S)["state"] == "accepted"


def pay_fee(member: Member, scheme: str) -> None:
    """By card, on the provider's page."""
    started = member.post(f"/v1/memberships/{membership(member, scheme)['membership_id']}/card-payments")
    httpx.post(f"{started['checkout_url']}/pay", json={"card_number": _GOOD_CARD}, timeout=20).raise_for_status()

    def cashed() -> bool | None:
        return True if membership(member, scheme)["fee_state"] == "cashed" else None

    until(cashed, "the fee")


@dataclass(frozen=True)
class Attempt:
    """One purchase that was tried: `debit_id` when it was paid, `code` when it was refused."""

    debit_id: str = ""
    code: str = ""
    presentation_id: str = ""
    balance_cents: int = 0


def present(shop: Shop, code: str) -> str:
    """The card shown or its number typed: a presentation."""
    return str(shop.till.post(f"{shop.path}/presentations", {"code": code, "device": DEVICE})["presentation_id"])


def debit(shop: Shop, order: Json, key: str) -> Attempt:
    try:
        reply = shop.till.send(Request("POST", f"{shop.path}/debits", body={**order, "device": DEVICE}, key=key))
    except Refused as refusal:
        return Attempt(code=refusal.code, presentation_id=str(order.get("presentation_id", "")))
    receipt = reply.json["receipt"]
    return Attempt(str(receipt["debit_id"]), "", str(order.get("presentation_id", "")), int(receipt["balance_cents"]))


def cancel(shop: Shop, debit_id: str, key: str, presentation_id: str = "") -> str:
    """The code of the refusal, or nothing when the debit was undone."""
    body = {"presentation_id": presentation_id} if presentation_id else None
    try:
        shop.till.post(f"{shop.path}/debits/{debit_id}/cancellation", body, key=key)
    except Refused as refusal:
        return refusal.code
    return ""


def runs_of(hall: Hall, scheme: str) -> Iterator[dict[str, Any]]:
    """The scheme's runs with something to pay, oldest first."""
    runs = sorted(hall.payer.pages("/v1/staff/payouts", "runs"), key=lambda run: str(run["period_end"]))
    for run in runs:
        if run["scheme"] == scheme:
            full: Json = hall.payer.get(f"/v1/staff/payouts/{run['run_id']}")["run"]
            if int(full["payable_cents"]):
                yield full


def issue(hall: Hall, run: Json) -> Json:
    """Proposed by one officer, approved by another."""
    path = f"/v1/staff/payouts/{run['run_id']}"
    hall.payer.post(f"{path}/proposal", key=f"propose-{run['run_id']}")
    body = {"payable_cents": int(run["payable_cents"])}
    issued: Json = hall.approver.post(f"{path}/approval", body, key=f"approve-{run['run_id']}")["run"]
    return issued
