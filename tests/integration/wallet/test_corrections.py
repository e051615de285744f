"""Staff's corrections and payout's clawbacks, through the real door."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from atouts.wallet.v1 import corrections_pb2 as pb
from atouts.wallet.v1 import movements_pb2, seasons_pb2

from chassis.context import Account
from services.wallet.entrypoints.ctl import verify
from services.wallet.store import listings
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, CULTURE, Stage, account

JULY = datetime(2026, 7, 2, 10, 0, tzinfo=UTC)


def propose(stage: Stage, by: Account, **what: Any) -> Any:
    request = pb.ProposeCorrectionRequest(idempotency_key=stage.key(), reason="passage compté deux fois", **what)
    return stage.call("ProposeCorrection", request, by).correction


def confirmation(stage: Stage, correction: Any) -> pb.ConfirmCorrectionRequest:
    return pb.ConfirmCorrectionRequest(idempotency_key=stage.key(), correction_id=correction.correction_id)


def cinema_of(stage: Stage, person: Account) -> str:
    return str(stage.wallets(person)["cinema"].wallet_id)


def envelope(stage: Stage) -> Any:
    answer = stage.call("ListEnvelopes", seasons_pb2.ListEnvelopesRequest(scheme=CULTURE), stage.staff("audit"))
    return next(each for each in answer.envelopes if each.benefit == "cinema")


def holds(stage: Stage) -> Any:
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []
    return done.figures


@pytest.mark.parametrize("cents", [500, -500])
def test_two_persons_correct_a_wallet_and_the_envelope_pays(stage: Stage, cents: int) -> None:
    """Nothing moves until a second person confirms; both are in the trail; the movement is a correction."""
    person, _, _, _ = stage.paid()
    before = envelope(stage).unallocated_cents
    ada, bea = stage.staff("support"), stage.staff("payments")
    asked = propose(stage, ada, wallet_id=cinema_of(stage, person), amount_cents=cents)
    assert stage.balance(person) == 1_300
    request = confirmation(stage, asked)
    for _ in range(2):  # the same answer again, and nothing twice
        done = stage.call("ConfirmCorrection", request, bea).correction
    assert (done.state, done.proposed_by, done.decided_by) == (
        pb.CORRECTION_STATE_CONFIRMED,
        ada.account_id,
        bea.account_id,
    )
    assert stage.balance(person) == 1_300 + cents
    assert envelope(stage).unallocated_cents == before - cents
    trail = {row.act: row.account_id for row in stage.rows("audit") if row.act.startswith("correction")}
    assert trail == {"correction_proposed": ada.account_id, "correction_confirmed": bea.account_id}
    listing = movements_pb2.ListMovementsRequest(wallet_id=cinema_of(stage, person))
    latest = stage.call("ListMovements", listing, person).movements[0]
    assert (latest.kind, latest.amount_cents) == ("correction", cents)
    holds(stage)


def test_nobody_confirms_what_they_proposed(stage: Stage) -> None:
    """Whatever their roles; dropped, it is dropped for good."""
    person, _, _, _ = stage.paid()
    ada = stage.staff("payments", "administration")
    asked = propose(stage, ada, wallet_id=cinema_of(stage, person), amount_cents=500)
    assert stage.refusal("ConfirmCorrection", confirmation(stage, asked), ada).reason == "second_person_needed"
    stage.call("DropCorrection", pb.DropCorrectionRequest(correction_id=asked.correction_id), ada)
    refused = stage.refusal("ConfirmCorrection", confirmation(stage, asked), stage.staff("payments"))
    assert refused.reason == "correction_decided"
    assert stage.balance(person) == 1_300


def test_two_who_confirm_at_once_move_it_once(stage: Stage) -> None:
    """The second finds it decided."""
    person, _, _, _ = stage.paid()
    asked = propose(stage, stage.staff("support"), wallet_id=cinema_of(stage, person), amount_cents=500)
    others = [stage.staff("payments") for _ in range(4)]
    requests = [confirmation(stage, asked) for _ in others]
    answers = at_once(4, lambda number: stage.call("ConfirmCorrection", requests[number], others[number]))
    assert sorted(map(str, answers)).count("correction_decided") == 3
    assert stage.balance(person) == 1_800
    holds(stage)


@pytest.mark.parametrize(("cents", "reason"), [(-1_301, "insufficient_balance"), (100_000_00, "envelope_spent")])
def test_a_correction_goes_below_nothing_and_beyond_no_vote(stage: Stage, cents: int, reason: str) -> None:
    """It is refused to who confirms, and may be confirmed later."""
    person, _, _, _ = stage.paid()
    asked = propose(stage, stage.staff("support"), wallet_id=cinema_of(stage, person), amount_cents=cents)
    assert stage.refusal("ConfirmCorrection", confirmation(stage, asked), stage.staff("payments")).reason == reason
    assert stage.balance(person) == 1_300
    holds(stage)


def test_after_the_wallet_closed_what_is_undone_goes_to_the_envelope(stage: Stage) -> None:
    """Two debits, one undone before the season's end and one after it; a correction has no wallet to fill any more."""
    person, cinema, cashier, _ = stage.paid()
    stage.clock.instant = datetime(2026, 6, 29, 10, 0, tzinfo=UTC)
    late = stage.call("Debit", stage.debit_request(cinema, 300, code=stage.code(person)), cashier).receipt
    asked = propose(stage, stage.staff("support"), wallet_id=cinema_of(stage, person), amount_cents=500)
    stage.clock.instant = JULY
    while stage.play_due():
        pass
    before = envelope(stage)
    undone = propose(stage, stage.staff("support"), debit_id=late.debit_id)
    stage.call("ConfirmCorrection", confirmation(stage, undone), stage.staff("payments"))
    after = envelope(stage)
    assert after.unallocated_cents - before.unallocated_cents == 300
    assert before.debited_cents - after.debited_cents == 300
    assert after.expired_cents == before.expired_cents == 1_000
    assert stage.balance(person) == 0
    assert stage.event_types().count("debit_cancelled") == 1
    assert stage.refusal("ConfirmCorrection", confirmation(stage, asked), stage.staff("payments")).reason == (
        "wallet_closed"
    )
    holds(stage)


def test_staff_undo_a_debit_until_payout_counted_its_day(stage: Stage) -> None:
    """Later than the partner may, into the wallet; once the day is counted payout claws it back."""
    person, cinema, _, receipt = stage.paid()
    stage.clock.forward(days=2)
    asked = propose(stage, stage.staff("support"), debit_id=receipt.debit_id)
    assert asked.amount_cents == 700
    stage.call("ConfirmCorrection", confirmation(stage, asked), stage.staff("payments"))
    assert stage.balance(person) == 2_000
    again = pb.ProposeCorrectionRequest(idempotency_key=stage.key(), reason="encore", debit_id=receipt.debit_id)
    assert stage.refusal("ProposeCorrection", again, stage.staff("support")).reason == "already_cancelled"
    other = stage.call(
        "Debit", stage.debit_request(cinema, 100, code=stage.code(person)), stage.delegate(cinema)
    ).receipt
    stage.clock.forward(days=1)
    stage.call("CountDay", movements_pb2.CountDayRequest(day="2025-10-06"), service="payout")
    asked = propose(stage, stage.staff("support"), debit_id=other.debit_id)
    refused = stage.refusal("ConfirmCorrection", confirmation(stage, asked), stage.staff("payments"))
    assert refused.reason == "debit_counted"
    holds(stage)


def clawback(partner_id: UUID, debit_id: str, cents: int, clawback_id: str | None = None) -> pb.RecordClawbackRequest:
    return pb.RecordClawbackRequest(
        clawback_id=clawback_id or str(uuid.uuid4()), debit_id=debit_id, partner_id=str(partner_id), amount_cents=cents
    )


def test_a_clawback_moves_a_partners_cents_to_the_envelope_once(stage: Stage) -> None:
    """Told again it is the same movement, told otherwise it is refused; it is in no partner's day, and the list that is
    held against payout's says what the partner keeps."""
    person, cinema, _, receipt = stage.paid()
    before = envelope(stage)
    request = clawback(cinema, receipt.debit_id, 400)
    told = at_once(6, lambda _: stage.call("RecordClawback", request, service="payout").transfer_id)
    assert len(set(told)) == 1
    after = envelope(stage)
    assert after.unallocated_cents - before.unallocated_cents == 400
    assert (after.debited_cents, after.left_cents) == (300, before.left_cents)
    assert stage.balance(person) == 1_300
    otherwise = clawback(cinema, receipt.debit_id, 300, request.clawback_id)
    assert stage.refusal("RecordClawback", otherwise, service="payout").reason == "clawback_changed"
    more = clawback(cinema, receipt.debit_id, 301)
    assert stage.refusal("RecordClawback", more, service="payout").reason == "clawback_above_debit"
    stage.clock.forward(days=1)
    (day,) = stage.call("CountDay", movements_pb2.CountDayRequest(day="2025-10-04"), service="payout").partners
    assert (day.count, day.sum_cents) == (1, 700)
    assert envelope(stage).debited_cents == 300
    figures = holds(stage)
    assert (figures["clawed_back_cents"], figures["cancelled_cents"]) == (400, 0)
    with stage.parts.platform.database.transaction() as session:
        assert [(each["state"], each["kept_cents"]) for each in listings.debits(session)] == [("recorded", 300)]


def test_what_was_clawed_back_is_not_cancelled_too(stage: Stage) -> None:
    """And nothing is clawed back of what was cancelled."""
    _, cinema, cashier, receipt = stage.paid()
    stage.call("RecordClawback", clawback(cinema, receipt.debit_id, 1), service="payout")
    cancel = stage.cancel_request(cinema, receipt.debit_id)
    assert stage.refusal("CancelDebit", cancel, cashier).reason == "clawed_back"
    unknown = clawback(uuid.uuid4(), receipt.debit_id, 1)
    assert stage.refusal("RecordClawback", unknown, service="payout").reason == "unknown_debit"


def test_money_that_comes_back_is_credited_to_who_waits(stage: Stage) -> None:
    """The envelope bears somebody again: a job serves its line."""
    stage.open_season(vote_cents=3_000)
    first, second = account(), account()
    asked = []
    for person in (first, second):
        stage.knows(person)
        asked.append(stage.ask(person))
    for membership in asked:  # both asked while there was money, and there is none for the second
        stage.cash(membership)
    assert "spectacle" not in stage.wallets(second)
    theatre = stage.partner("spectacle")
    request = stage.debit_request(theatre, 3_000, benefit="spectacle", code=stage.code(first))
    receipt = stage.call("Debit", request, stage.delegate(theatre)).receipt
    stage.call("RecordClawback", clawback(theatre, receipt.debit_id, 3_000), service="payout")
    stage.play_due()
    assert stage.balance(second, "spectacle") == 3_000
    holds(stage)
