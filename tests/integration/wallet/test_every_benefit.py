"""Each benefit of each packaged rulebook, for somebody whom its own cases grant it, by each of its channels.

What the règlement gives can be used at the real door, and what it gives at no till cannot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
import yaml
from atouts.wallet.v1 import access_uses_pb2, cards_pb2, debits_pb2, memberships_pb2, transfers_pb2, vouchers_pb2

from chassis.context import Account
from rulebooks import PERSON, Benefit, Rulebook
from rulebooks.catalogue import PACKAGED
from services.wallet.domain.facts import Enrolment, EnrolmentState
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.stage import CATALOGUE, Stage, account

SECRET = "2580"
PACKAGES = [
    ("normandie", "culture-sport", "2025-2026"),
    ("normandie", "livres-equipement", "2025-2026"),
    ("normandie", "atouts-formation", "2017-2018"),
    ("normandie", "atouts-loisirs", "2017-2018"),
    ("auvergne-rhone-alpes", "pass-region", "2022-2023"),
    ("bouches-du-rhone", "cjeune", "2023-2024"),
]
# Derived by the platform, or said by the request itself.
_DERIVED = {"age", "enrolment_validated", "charter_accepted", "benefits_had", "identity_checked"}
_OF_SCHOOL = {name for name, fact in PERSON.items() if fact.told_by == "school"}


@dataclass(frozen=True)
class Life:
    """Somebody to whom the rulebook's own cases grant the benefit."""

    asked_on: date
    born: date | None
    facts: dict[str, Any]


class Shop:
    """One scheme's season, and a partner for each of its categories."""

    def __init__(self, stage: Stage, authority_id: str, scheme: str, season: str) -> None:
        self.stage = stage
        stage.authority_id, stage.season = authority_id, season
        self.rulebook: Rulebook = CATALOGUE.get(authority_id, scheme, season)
        path = PACKAGED / authority_id / scheme / f"{season}.cases.yaml"
        self._cases = yaml.safe_load(path.read_text(encoding="utf-8"))["persons"]
        stage.clock.instant = _noon(self.rulebook.join_window.opens_on)
        stage.open_season(scheme, 10_000_00)

    def life(self, benefit: Benefit) -> Life:
        case = next(each for each in self._cases if benefit.id in each["expect"].get("entitlements", {}))
        asked_on, facts = date.fromisoformat(str(case["asked_on"])), dict(case["facts"])
        born = date.fromisoformat(str(case["born_on"])) if "born_on" in case else None
        if born is None and "age" in facts:
            born = date(asked_on.year - facts["age"], 1, 1)
        return Life(asked_on, born, facts)

    def member(self, benefit: Benefit) -> Account:
        """Active, with nothing left to wait for."""
        life, person = self.life(benefit), account()
        self.stage.clock.instant = _noon(life.asked_on)
        told = {name: value for name, value in life.facts.items() if name not in _DERIVED}
        told |= {"identity_checked": True, "guardian_consents": [each.code for each in self.rulebook.consents]}
        enrolments: tuple[Enrolment, ...] = ()
        if self.rulebook.school_validation:
            schooling = {name: told.pop(name) for name in _OF_SCHOOL & told.keys()}
            enrolments = (Enrolment(self.rulebook.scheme, self.rulebook.season, EnrolmentState.VALIDATED, schooling),)
        self.stage.knows(person, life.born, enrolments, **{"residence_region": "", "study_status": ""} | told)
        charter = self.rulebook.beneficiary_charter
        membership = self.stage.ask(person, self.rulebook.scheme, charter.version if charter else "")
        if membership.state == memberships_pb2.MEMBERSHIP_STATE_AWAITING_PAYMENT:
            membership = self.stage.cash(membership)
        assert membership.state == memberships_pb2.MEMBERSHIP_STATE_ACTIVE, benefit.id
        if self.rulebook.secret_code:
            self.stage.call("SetSecretCode", cards_pb2.SetSecretCodeRequest(secret_code=SECRET), person)
        opens_on = max(life.asked_on, benefit.spend_window.opens_on) if benefit.windows else life.asked_on
        self.stage.clock.instant = _noon(opens_on)
        return person

    def partner(self, benefit: Benefit) -> tuple[UUID, Account]:
        activity = min(benefit.voucher_partner_kinds, default="other")
        partner_id = self.stage.partner(benefit.category, scheme=self.rulebook.scheme, activity=activity)
        return partner_id, self.stage.delegate(partner_id)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


@pytest.mark.parametrize(("authority_id", "scheme", "season"), PACKAGES, ids=[name for _, name, _ in PACKAGES])
def test_each_benefit_is_used_by_each_of_its_channels(
    stage: Stage, authority_id: str, scheme: str, season: str
) -> None:
    """Money, tickets and vouchers are debited, rights recorded, balances moved; each is told in the partner's own list,
    and the ledger holds."""
    shop = Shop(stage, authority_id, scheme, season)
    for benefit in shop.rulebook.benefits:
        for channel in sorted(benefit.channels):
            _use(shop, benefit, channel)
        if not benefit.channels:
            _check_is_used_at_no_till(shop, benefit)
    done = verify(stage.parts, authority_id)
    assert [finding for finding in done.findings if not finding.held] == []


def _use(shop: Shop, benefit: Benefit, channel: str) -> None:
    """A fresh member each: some rights are used once."""
    person = shop.member(benefit)
    partner_id, cashier = shop.partner(benefit)
    order = {
        "idempotency_key": shop.stage.key(),
        "partner_id": str(partner_id),
        "scheme": shop.rulebook.scheme,
        "season": shop.rulebook.season,
        "benefit": benefit.id,
    }
    if channel == "voucher":
        _by_voucher(shop, benefit, person, partner_id, cashier, order)
    elif channel == "external":
        request = transfers_pb2.TransferRequest(
            **order, code=shop.stage.code(person), reference=order["idempotency_key"]
        )
        assert shop.stage.call("Transfer", request, cashier).receipt.balance_cents == 0
    elif benefit.kind == "access":
        request = access_uses_pb2.RecordUseRequest(**order, **_shown(shop, person, partner_id, cashier, channel))
        shop.stage.call("RecordUse", request, cashier)
        told = shop.stage.call(
            "ListPartnerUses", access_uses_pb2.ListPartnerUsesRequest(partner_id=str(partner_id)), cashier
        )
        assert [(each.benefit, each.channel) for each in told.uses] == [(benefit.id, channel)]
    else:
        cents = _price(shop, person, benefit)
        request = debits_pb2.DebitRequest(
            **order, amount_cents=cents, **_shown(shop, person, partner_id, cashier, channel)
        )
        shop.stage.call("Debit", request, cashier)
    if benefit.kind != "access":
        request = debits_pb2.ListPartnerDebitsRequest(partner_id=str(partner_id))
        told = shop.stage.call("ListPartnerDebits", request, cashier)
        assert [(each.benefit, each.channel) for each in told.debits] == [(benefit.id, channel)]


def _shown(shop: Shop, person: Account, partner_id: UUID, cashier: Account, channel: str) -> dict[str, str]:
    """The card as it is shown by that channel, and the secret code where it is asked."""
    asked = {"secret_code": SECRET} if shop.rulebook.asks_code(channel) else {}
    code = shop.stage.call("ShowCode", debits_pb2.ShowCodeRequest(), person)
    if channel not in ("qr", "number"):
        return {"code": code.code, "channel": channel, "device": "caisse 1"} | asked
    text = code.code if channel == "qr" else code.typed_code
    request = debits_pb2.PresentCardRequest(partner_id=str(partner_id), code=text, device="caisse 1")
    shown = shop.stage.call("PresentCard", request, cashier)
    return {"presentation_id": shown.presentation_id, "device": "caisse 1"} | asked


def _price(shop: Shop, person: Account, benefit: Benefit) -> int:
    """One ticket or voucher, the whole where only the whole may be spent, else 1 €."""
    if benefit.unit:
        return benefit.unit.cents
    whole = benefit.spending.amount == "whole"
    return shop.stage.balance(person, benefit.id) if whole else 100


def _by_voucher(
    shop: Shop, benefit: Benefit, person: Account, partner_id: UUID, cashier: Account, order: dict[str, str]
) -> None:
    cents = _price(shop, person, benefit)
    created = shop.stage.call("CreateVoucher", vouchers_pb2.CreateVoucherRequest(**order, amount_cents=cents), person)
    shop.stage.call("RedeemVoucher", shop.stage.redeem_request(partner_id, created.voucher.code, cents), cashier)


def _check_is_used_at_no_till(shop: Shop, benefit: Benefit) -> None:
    """It is seen by its holder, or applied for; whoever tries to take it is told so in one sentence."""
    person = shop.member(benefit)
    partner_id = shop.stage.partner("autre", scheme=shop.rulebook.scheme)
    request = shop.stage.debit_request(
        partner_id, 100, scheme=shop.rulebook.scheme, benefit=benefit.id, code=shop.stage.code(person)
    )
    refused = shop.stage.refusal("Debit", request, shop.stage.delegate(partner_id))
    assert refused.reason == "not_spent_in_money", benefit.id
    seen = shop.stage.call("ListAccesses", access_uses_pb2.ListAccessesRequest(), person).accesses
    assert (benefit.kind == "access") == (benefit.id in {each.benefit for each in seen})
