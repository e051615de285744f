"""Suspensions through the real door: they bite at once, everywhere, and say why to the holder alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from atouts.wallet.v1 import suspensions_pb2 as pb
from atouts.wallet.v1 import vouchers_pb2

from chassis.context import Account
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, CULTURE, Stage
from tests.integration.wallet.test_uses import Counter

REASON = "comportement signalé au guichet"


@pytest.fixture
def counter(stage: Stage) -> Counter:
    return Counter(stage)


def membership_of(stage: Stage, person: Account) -> str:
    return next(str(row.membership_id) for row in stage.rows("memberships") if str(row.person_id) == person.account_id)


def suspend(counter: Counter, *benefits: str, by: Account | None = None, **more: Any) -> str:
    stage = counter.stage
    request = pb.SuspendBenefitsRequest(
        membership_id=membership_of(stage, counter.person), benefits=benefits, reason=REASON, **more
    )
    return str(stage.call("SuspendBenefits", request, by or stage.staff("instruction")).suspension_id)


def own(counter: Counter) -> list[Any]:
    return list(counter.stage.call("ListSuspensions", pb.ListSuspensionsRequest(), counter.person).suspensions)


def holds(stage: Stage) -> None:
    assert [finding for finding in verify(stage.parts, AUTHORITY_ID).findings if not finding.held] == []


def test_a_suspended_benefit_is_refused_and_the_others_go_on(counter: Counter) -> None:
    """The cashier gets one sentence without the reason, the holder reads it; the till no longer shows the benefit."""
    counter.pays("livres", 100)
    suspend(counter, "livres")
    refused = counter.refusal("livres", 100)
    assert refused.reason == "benefit_suspended"
    assert REASON not in refused.sentence_fr
    counter.pays("places", 500)
    counter.stage.clock.forward(minutes=1)
    shown = counter.stage.present(counter.person, counter.shop, counter.cashier)
    assert "livres" not in {each.benefit for each in shown.spendable}
    (told,) = own(counter)
    assert (told.reason, list(told.benefits), told.until, told.in_force) == (REASON, ["livres"], "2026-06-30", True)
    assert counter.left("livres") == (4_900, None)
    holds(counter.stage)


def test_open_vouchers_of_a_suspended_benefit_are_blocked_and_no_new_one_is_made(counter: Counter) -> None:
    """Reading, redeeming, making: all refused; the holder may still take the money back."""
    stage = counter.stage
    request = stage.voucher_request(counter.shop, 500, scheme="guichet", benefit="livres")
    voucher = stage.call("CreateVoucher", request, counter.person).voucher
    suspend(counter)
    read = vouchers_pb2.ReadVoucherRequest(partner_id=str(counter.shop), code=voucher.code)
    redeem = stage.redeem_request(counter.shop, voucher.code, 500)
    again = stage.voucher_request(counter.shop, 500, scheme="guichet", benefit="livres")
    assert stage.refusal("ReadVoucher", read, counter.cashier).reason == "benefit_suspended"
    assert stage.refusal("RedeemVoucher", redeem, counter.cashier).reason == "benefit_suspended"
    assert stage.refusal("CreateVoucher", again, counter.person).reason == "benefit_suspended"
    release = vouchers_pb2.ReleaseVoucherRequest(idempotency_key=stage.key(), voucher_id=voucher.voucher_id)
    stage.call("ReleaseVoucher", release, counter.person)
    assert counter.left("livres") == (5_000, None)
    holds(stage)


def test_a_lifted_suspension_and_one_that_is_over_bite_no_more(counter: Counter) -> None:
    """Lifted by staff; or the day after its last one. Nothing is prolonged."""
    stage = counter.stage
    first = suspend(counter, until="2025-10-05")
    assert counter.refusal("livres", 100).reason == "benefit_suspended"
    stage.clock.instant = datetime(2025, 10, 5, 22, 0, tzinfo=UTC)  # midnight in Paris
    counter.pays("livres", 100)
    second = suspend(counter)
    stage.call("LiftSuspension", pb.LiftSuspensionRequest(suspension_id=second), stage.staff("administration"))
    counter.pays("livres", 100)
    again = pb.LiftSuspensionRequest(suspension_id=second)
    assert stage.refusal("LiftSuspension", again, stage.staff("instruction")).reason == "suspension_already_lifted"
    assert [each.suspension_id for each in own(counter)] == [second, first]
    found = stage.call("SearchSuspensions", pb.SearchSuspensionsRequest(), stage.staff("audit")).suspensions
    assert list(found) == []
    holds(stage)


def test_the_letters_are_recorded_by_staff_in_their_order(counter: Counter) -> None:
    """Told, appealed, answered: dates of letters, each on the record."""
    stage = counter.stage
    suspension_id = suspend(counter, notified_on="2025-10-04")
    stage.clock.forward(days=30)
    letters = pb.RecordSuspensionLettersRequest(
        suspension_id=suspension_id, notified_on="2025-10-04", appealed_on="2025-10-20", answered_on="2025-11-02"
    )
    stage.call("RecordSuspensionLetters", letters, stage.staff("instruction"))
    assert (own(counter)[0].appealed_on, own(counter)[0].answered_on) == ("2025-10-20", "2025-11-02")
    letters.appealed_on = "2025-10-01"
    refused = stage.refusal("RecordSuspensionLetters", letters, stage.staff("instruction"))
    assert refused.reason == "appeal_out_of_order"
    trail = [row.act for row in stage.rows("audit") if "suspen" in row.act]
    assert trail == ["benefits_suspended", "suspension_letters_recorded"]
    assert REASON not in str(stage.rows("audit"))


def test_a_debit_is_before_a_suspension_or_refused(counter: Counter) -> None:
    """Rivals: what commits after the suspension was refused by it; what was debited was committed before."""
    stage = counter.stage
    presentation = stage.present(counter.person, counter.shop, counter.cashier)
    requests = [counter.request("livres", 1, presentation_id=presentation.presentation_id) for _ in range(24)]
    staff = stage.staff("instruction")
    under_way = threading.Event()

    def play(number: int) -> Any:
        if number == 24:
            under_way.wait(10)
            return suspend(counter, "livres", by=staff)
        answer = stage.call("Debit", requests[number], counter.cashier)
        under_way.set()
        return answer

    answers = at_once(25, play)
    paid = [each for each in answers[:24] if not isinstance(each, str)]
    assert {each for each in answers[:24] if isinstance(each, str)} <= {"benefit_suspended"}
    assert counter.left("livres") == (5_000 - len(paid), None)
    late = counter.request("livres", 1, presentation_id=presentation.presentation_id)
    assert stage.refusal("Debit", late, counter.cashier).reason == "benefit_suspended"
    holds(stage)  # the ledger shows no debit recorded after the suspension was


def test_only_where_the_rulebook_provides_it(stage: Stage) -> None:
    """A scheme without the section lets nobody be suspended; a stranger's membership is unknown."""
    stage.open_season()
    person = stage.member()
    request = pb.SuspendBenefitsRequest(membership_id=membership_of(stage, person), reason=REASON)
    assert stage.refusal("SuspendBenefits", request, stage.staff("instruction")).reason == "no_suspension"
    assert CULTURE in {row.scheme for row in stage.rows("memberships")}
    unknown = pb.SuspendBenefitsRequest(membership_id=person.account_id, reason=REASON)
    assert stage.refusal("SuspendBenefits", unknown, stage.staff("instruction")).reason == "unknown_membership"
