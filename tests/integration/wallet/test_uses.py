"""How a right is spent at the till, by what its kind counts: once, whole, tickets, vouchers, its own life."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from atouts.wallet.v1 import debits_pb2, vouchers_pb2

from chassis.context import Account
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, Stage, account
from tests.integration.wallet.till_rulebooks import CATEGORY, TILL


class Counter:
    """A shop that takes all that the scheme gives, and one member."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        stage.open_season(TILL)
        self.shop = stage.partner(CATEGORY, scheme=TILL, activity="sport")
        self.cashier = stage.delegate(self.shop)
        self.person = self.member()

    def member(self) -> Account:
        person = account()
        self.stage.knows(person, validated_proofs=["mission_35h"])
        self.stage.ask(person, TILL)
        return person

    def request(self, benefit: str, cents: int, **more: Any) -> debits_pb2.DebitRequest:
        code = {} if "presentation_id" in more else {"code": self.stage.code(self.person)}
        return self.stage.debit_request(self.shop, cents, scheme=TILL, benefit=benefit, **code | more)

    def pays(self, benefit: str, cents: int, **more: Any) -> Any:
        self.stage.clock.forward(minutes=1)  # a fresh code each time
        return self.stage.call("Debit", self.request(benefit, cents, **more), self.cashier).receipt

    def refusal(self, benefit: str, cents: int, **more: Any) -> Any:
        self.stage.clock.forward(minutes=1)
        return self.stage.refusal("Debit", self.request(benefit, cents, **more), self.cashier)

    def cancels(self, receipt: Any) -> None:
        presentation = self.stage.present(self.person, self.shop, self.cashier)
        request = self.stage.cancel_request(self.shop, receipt.debit_id)
        request.presentation_id = presentation.presentation_id
        self.stage.call("CancelDebit", request, self.cashier)

    def left(self, benefit: str) -> tuple[int, int | None]:
        (row,) = [
            row
            for row in self.stage.rows("wallets")
            if row.benefit == benefit and str(row.person_id) == self.person.account_id
        ]
        return row.balance_cents, row.uses_left


@pytest.fixture
def counter(stage: Stage) -> Iterator[Counter]:
    yield Counter(stage)
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []


def test_what_is_used_once_is_lost_but_for_a_cancellation(counter: Counter) -> None:
    """A licence of 20 € out of 30: the rest stays and cannot be spent; cancelled, the use is there again."""
    receipt = counter.pays("licence", 2000)
    assert counter.left("licence") == (1000, 0)
    assert counter.refusal("licence", 500).reason == "no_use_left"
    shown = counter.stage.present(counter.person, counter.shop, counter.cashier)
    assert "licence" not in {each.benefit for each in shown.spendable}
    counter.stage.clock.forward(minutes=1)
    counter.cancels(receipt)
    assert counter.left("licence") == (3000, 1)
    counter.pays("licence", 3000)
    assert counter.left("licence") == (0, 0)


def test_a_whole_amount_is_taken_whole(counter: Counter) -> None:
    """Neither less nor more than the balance, which is told."""
    refused = counter.refusal("cours", 2400)
    assert (refused.reason, "25,00\u00a0€" in refused.sentence_fr) == ("whole_amount_only", True)
    assert counter.refusal("cours", 2600).reason == "whole_amount_only"
    counter.pays("cours", 2500)
    assert counter.left("cours") == (0, None)


def test_tickets_are_whole_and_counted(counter: Counter) -> None:
    """Multiples of a ticket's price, as many as are left."""
    assert counter.refusal("places", 750).reason == "whole_tickets_only"
    counter.pays("places", 1500)
    assert counter.left("places") == (1000, 2)
    refused = counter.refusal("places", 1500)
    assert (refused.reason, "10,00\u00a0€" in refused.sentence_fr) == ("not_enough_uses", True)
    counter.pays("places", 1000)
    assert counter.refusal("places", 500).reason == "no_use_left"


def test_what_a_used_voucher_leaves_is_lost(counter: Counter) -> None:
    """Two of 15 €: 20 € uses both, and 10 € stay without a use."""
    receipt = counter.pays("bons", 2000)
    assert counter.left("bons") == (1000, 0)
    counter.stage.clock.forward(minutes=1)
    counter.cancels(receipt)
    assert counter.left("bons") == (3000, 2)
    counter.pays("bons", 100)
    refused = counter.refusal("bons", 1600)
    assert (refused.reason, "15,00\u00a0€" in refused.sentence_fr) == ("not_enough_uses", True)


def test_two_tills_race_for_the_one_use(counter: Counter) -> None:
    """One of them takes it: the wallet's row decides."""
    requests = []
    for _ in range(4):
        counter.stage.clock.forward(minutes=1)
        shown = counter.stage.present(counter.person, counter.shop, counter.cashier)
        requests.append(counter.request("licence", 100, presentation_id=shown.presentation_id))
    answers = at_once(4, lambda number: counter.stage.call("Debit", requests[number], counter.cashier))
    assert sorted(answer for answer in answers if isinstance(answer, str)) == ["no_use_left"] * 3
    assert counter.left("licence") == (2900, 0)


# --- Prepayment vouchers hold uses too


def _voucher(counter: Counter, benefit: str, cents: int) -> Any:
    request = counter.stage.voucher_request(counter.shop, cents, scheme=TILL, benefit=benefit)
    return counter.stage.call("CreateVoucher", request, counter.person).voucher


def test_a_prepayment_voucher_holds_the_use_until_it_is_given_back(counter: Counter) -> None:
    """Nothing is left for the till meanwhile; released, all is there again."""
    voucher = _voucher(counter, "licence", 2000)
    assert counter.left("licence") == (1000, 0)
    assert counter.refusal("licence", 500).reason == "no_use_left"
    release = _release_request(counter, voucher)
    counter.stage.call("ReleaseVoucher", release, counter.person)
    assert counter.left("licence") == (3000, 1)


def test_a_voucher_redeemed_in_part_gives_the_cents_back_and_keeps_the_use(counter: Counter) -> None:
    """Used once is used, by voucher as by card; the debit's cancellation gives the use back."""
    voucher = _voucher(counter, "licence", 2000)
    redeem = counter.stage.redeem_request(counter.shop, voucher.code, 1500)
    receipt = counter.stage.call("RedeemVoucher", redeem, counter.cashier).receipt
    assert counter.left("licence") == (1500, 0)
    counter.cancels(receipt)
    assert counter.left("licence") == (3000, 1)


def test_a_voucher_of_a_whole_amount_is_whole_on_both_sides(counter: Counter) -> None:
    """It is made of the whole balance and redeemed whole."""
    request = counter.stage.voucher_request(counter.shop, 2000, scheme=TILL, benefit="cours")
    assert counter.stage.refusal("CreateVoucher", request, counter.person).reason == "whole_amount_only"
    voucher = _voucher(counter, "cours", 2500)
    part = counter.stage.redeem_request(counter.shop, voucher.code, 2400)
    assert counter.stage.refusal("RedeemVoucher", part, counter.cashier).reason == "whole_amount_only"
    whole = counter.stage.redeem_request(counter.shop, voucher.code, 2500)
    assert counter.stage.call("RedeemVoucher", whole, counter.cashier).returned_cents == 0


def _release_request(counter: Counter, voucher: Any) -> Any:
    return vouchers_pb2.ReleaseVoucherRequest(idempotency_key=counter.stage.key(), voucher_id=voucher.voucher_id)


# --- A life of its own


@pytest.mark.parametrize(
    ("day", "outcome"), [(date(2026, 7, 15), "paid"), (date(2027, 10, 4), "paid"), (date(2027, 10, 5), "season_over")]
)
def test_a_wallet_with_its_own_life_goes_on_after_the_season(counter: Counter, day: date, outcome: str) -> None:
    """Twenty-four months from loading, to the day, though the membership has ended; the others are over."""
    counter.stage.clock.instant = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    counter.stage.play_due()
    counter.stage.clock.instant = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    request = counter.request("permis", 5000)
    if outcome == "paid":
        counter.stage.call("Debit", request, counter.cashier)
        assert counter.left("permis") == (15000, None)
    else:
        assert counter.stage.refusal("Debit", request, counter.cashier).reason == outcome
    assert counter.refusal("livres", 100).reason == "season_over"


# --- Channels, presentation, cancellation


def test_a_presentation_tells_how_each_right_is_spent(counter: Counter) -> None:
    """What the till needs to ask for the right amount, and whether for the code."""
    shown = counter.stage.present(counter.person, counter.shop, counter.cashier)
    told = {each.benefit: each for each in shown.spendable}
    assert (told["places"].kind, told["places"].unit_cents, told["places"].holder_unit_cents) == ("tickets", 500, 100)
    assert (told["places"].uses_left, told["bons"].uses_left, told["licence"].uses_left) == (5, 2, 1)
    assert not told["livres"].HasField("uses_left")
    assert [each.benefit for each in shown.spendable if each.whole_amount_only] == ["cours"]
    assert not any(each.asks_code for each in shown.spendable)


def test_the_channel_of_each_debit_is_kept(counter: Counter) -> None:
    """By scan, by typed code, direct, by prepayment voucher: the partner's list tells."""
    stage = counter.stage
    scanned = stage.present(counter.person, counter.shop, counter.cashier)
    counter.pays("livres", 100, presentation_id=scanned.presentation_id)
    stage.clock.forward(minutes=1)
    typed_code = stage.call("ShowCode", debits_pb2.ShowCodeRequest(), counter.person).typed_code
    typed = stage.call(
        "PresentCard",
        debits_pb2.PresentCardRequest(partner_id=str(counter.shop), code=typed_code, device="caisse 1"),
        counter.cashier,
    )
    counter.pays("livres", 200, presentation_id=typed.presentation_id)
    counter.pays("livres", 300)
    voucher = _voucher(counter, "livres", 400)
    stage.call("RedeemVoucher", stage.redeem_request(counter.shop, voucher.code, 400), counter.cashier)
    request = debits_pb2.ListPartnerDebitsRequest(partner_id=str(counter.shop))
    debits = stage.call("ListPartnerDebits", request, counter.cashier).debits
    assert {debit.amount_cents: debit.channel for debit in debits} == {
        100: "qr",
        200: "number",
        300: "till",
        400: "voucher",
    }


@pytest.mark.parametrize("channel", ["qr", "voucher", "comptoir"])
def test_a_till_names_its_own_channels_only(counter: Counter, channel: str) -> None:
    """Nobody says of themselves that they scanned."""
    assert counter.refusal("livres", 100, channel=channel).field == "channel"


def test_a_cancellation_wants_the_same_holder_there(counter: Counter) -> None:
    """No card, another's card, a card shown too long ago: refused; the holder's own: undone."""
    stage = counter.stage
    receipt = counter.pays("livres", 900)
    request = stage.cancel_request(counter.shop, receipt.debit_id)
    assert stage.refusal("CancelDebit", request, counter.cashier).reason == "holder_not_present"
    for person, wait, reason in (
        (counter.member(), 0, "presentation_of_other_holder"),
        (counter.person, 5, "presentation_expired"),
    ):
        stage.clock.forward(minutes=1)
        request = stage.cancel_request(counter.shop, receipt.debit_id)
        request.presentation_id = stage.present(person, counter.shop, counter.cashier).presentation_id
        stage.clock.forward(minutes=wait)
        assert stage.refusal("CancelDebit", request, counter.cashier).reason == reason
    stage.clock.forward(minutes=1)
    counter.cancels(receipt)
    assert counter.left("livres") == (5000, None)
