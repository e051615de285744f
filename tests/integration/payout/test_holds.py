"""Partners who are kept back, and what becomes of what they are owed."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from atouts.payout.v1 import messages_pb2 as pb

from services.payout.domain import errors
from services.payout.store.tables import CHASSIS, bank_accounts
from tests.integration.payout.stage import IBANS, Stage, partner

MONDAY, NEXT_MONDAY, MONDAY_AFTER = date(2025, 9, 8), date(2025, 9, 15), date(2025, 9, 22)


def _holds(stage: Stage, *, lifted: bool = False) -> list[pb.Hold]:
    return list(stage.call("ListHolds", pb.ListHoldsRequest(lifted=lifted)).holds)


def _place(stage: Stage, partner_id: str) -> pb.Hold:
    request = pb.PlaceHoldRequest(partner_id=partner_id, reason="Contrôle des factures en cours.")
    hold: pb.Hold = stage.call("PlaceHold", request).hold
    return hold


def _published(stage: Stage, fact: str) -> list[dict[str, object]]:
    outbox = CHASSIS.outbox
    query = sa.select(outbox.c.data).where(outbox.c.type == f"fr.atouts.payout.{fact}.v1")
    return list(stage.run(lambda work: work.session.execute(query).scalars().all()))


def test_a_partner_without_iban_is_held_and_paid_by_the_run_after_its_verification(stage: Stage) -> None:
    """The others are paid meanwhile; the held one loses nothing, and the hold ends by itself."""
    stage.open_season()
    shop, club = partner(), partner()
    stage.verify_iban(shop)
    stage.debit(shop, 1000, MONDAY)
    stage.debit(club, 4000, MONDAY)
    stage.move_to(NEXT_MONDAY)

    (run,) = stage.runs("prepared")
    held_for = {line.partner_id: line.held_for for line in run.remittances}
    assert held_for == {shop: "", club: "missing_iban"}
    assert (run.payable_cents, run.held_cents) == (1000, 4000)
    assert [(hold.partner_id, hold.code) for hold in _holds(stage)] == [(club, "missing_iban")]
    assert [each["reason"] for each in _published(stage, "hold_placed")] == ["missing_iban"]
    stage.issue(run)
    account = stage.account(club)
    assert (account.owed_cents, account.held_cents, account.paid_cents) == (4000, 4000, 0)

    stage.verify_iban(club, IBANS[1])
    assert _holds(stage) == []
    assert len(_published(stage, "hold_lifted")) == 1
    stage.debit(club, 500, date(2025, 9, 16))
    stage.move_to(MONDAY_AFTER)

    (released,) = stage.runs("prepared")
    assert [(line.partner_id, line.amount_cents) for line in released.remittances] == [(club, 4500)]
    stage.issue(released)
    account = stage.account(club)
    assert (account.owed_cents, account.held_cents, account.paid_cents) == (0, 0, 4500)


def test_a_run_whose_partners_are_all_held_is_closed_without_a_file(stage: Stage) -> None:
    """Nobody is asked to approve an empty file; the next run takes the movements up."""
    stage.open_season()
    club = partner()
    stage.debit(club, 4000, MONDAY)
    stage.move_to(NEXT_MONDAY)
    (closed,) = stage.runs()
    assert (closed.state, closed.payable_cents, closed.held_cents) == (pb.RUN_STATE_CLOSED, 0, 4000)
    with pytest.raises(errors.RunNotPrepared):
        stage.propose(closed.run_id)
    stage.verify_iban(club)
    stage.move_to(MONDAY_AFTER)
    assert [run.payable_cents for run in stage.runs("prepared")] == [4000]


def test_runs_go_on_after_the_season_while_something_is_owed(stage: Stage) -> None:
    """And stop once nothing is."""
    stage.open_season()
    club = partner()
    stage.debit(club, 4000, date(2026, 6, 29))
    stage.move_to(date(2026, 7, 6))
    assert [run.state for run in stage.runs()] == [pb.RUN_STATE_CLOSED]
    stage.verify_iban(club)
    stage.move_to(date(2026, 7, 13))
    (late,) = stage.runs("prepared")
    stage.issue(late)
    stage.move_to(date(2026, 9, 1))
    jobs = sa.select(sa.func.count()).select_from(CHASSIS.jobs).where(CHASSIS.jobs.c.done_at.is_(None))
    assert stage.run(lambda work: work.session.execute(jobs).scalar_one()) == 0


def test_a_hold_placed_after_the_proposal_is_seen_and_kept_by_the_approval(stage: Stage) -> None:
    """Who approves sees it first: the amount of before is refused."""
    stage.open_season()
    shop, club = partner(), partner()
    for each in (shop, club):
        stage.verify_iban(each)
        stage.debit(each, 1000, MONDAY)
    stage.move_to(NEXT_MONDAY)
    (run,) = stage.runs("prepared")
    stage.propose(run.run_id)
    hold = _place(stage, club)

    with pytest.raises(errors.RunChanged):
        stage.approve(run.run_id, cents=2000)
    issued = stage.approve(run.run_id, cents=1000)
    assert (issued.payable_cents, issued.held_cents) == (1000, 1000)
    assert stage.account(club).owed_cents == 1000

    stage.call("LiftHold", pb.LiftHoldRequest(hold_id=hold.hold_id))
    stage.move_to(MONDAY_AFTER)
    assert [each.payable_cents for each in stage.runs("prepared")] == [1000]


def test_a_partner_whose_account_vanished_is_held_at_the_approval(stage: Stage) -> None:
    """It is seen held, and the hold is placed when the run is issued without it."""
    stage.open_season()
    shop, club = partner(), partner()
    for each in (shop, club):
        stage.verify_iban(each)
        stage.debit(each, 1000, MONDAY)
    stage.move_to(NEXT_MONDAY)
    (run,) = stage.runs("prepared")
    stage.propose(run.run_id)
    gone = sa.delete(bank_accounts).where(bank_accounts.c.partner_id == club)
    stage.run(lambda work: work.session.execute(gone))

    assert stage.see(run.run_id).payable_cents == 1000
    stage.approve(run.run_id)
    assert [(hold.partner_id, hold.code) for hold in _holds(stage)] == [(club, "missing_iban")]


def test_nothing_is_issued_when_everyone_is_held(stage: Stage) -> None:
    """The run waits: its approval is possible again once a hold is lifted."""
    stage.open_season()
    shop = partner()
    stage.verify_iban(shop)
    stage.debit(shop, 1000, MONDAY)
    stage.move_to(NEXT_MONDAY)
    (run,) = stage.runs("prepared")
    stage.propose(run.run_id)
    hold = _place(stage, shop)
    with pytest.raises(errors.NothingToPay):
        stage.approve(run.run_id, cents=0)
    stage.call("LiftHold", pb.LiftHoldRequest(hold_id=hold.hold_id))
    assert stage.approve(run.run_id, cents=1000).state == pb.RUN_STATE_ISSUED


def test_holds_are_placed_once_and_lifted_once(stage: Stage) -> None:
    """And one for a missing IBAN by the IBAN alone."""
    club = partner()
    hold = _place(stage, club)
    with pytest.raises(errors.AlreadyHeld):
        _place(stage, club)
    lifted = stage.call("LiftHold", pb.LiftHoldRequest(hold_id=hold.hold_id)).hold
    assert lifted.lifted_at.seconds > 0
    with pytest.raises(errors.HoldAlreadyLifted):
        stage.call("LiftHold", pb.LiftHoldRequest(hold_id=hold.hold_id))
    with pytest.raises(errors.UnknownHold):
        stage.call("LiftHold", pb.LiftHoldRequest(hold_id=partner()))
    stage.open_season()
    stage.debit(club, 100, MONDAY)
    stage.move_to(NEXT_MONDAY)
    (automatic,) = _holds(stage)
    with pytest.raises(errors.HoldLiftsItself):
        stage.call("LiftHold", pb.LiftHoldRequest(hold_id=automatic.hold_id))


def test_the_highest_version_of_an_account_is_kept_and_sealed(stage: Stage) -> None:
    """An event that comes late changes nothing; no IBAN is readable in the table."""
    shop = partner()
    stage.verify_iban(shop, IBANS[1], version=2)
    stage.verify_iban(shop, IBANS[0], version=1)
    account = stage.run(lambda work: stage.parts.accounts.of(work, [shop])[shop])
    assert (account.iban, account.version) == (IBANS[1], 2)
    row = stage.run(lambda work: work.session.execute(sa.select(bank_accounts)).one())
    assert IBANS[1].encode() not in row.sealed_iban


def test_an_account_whose_iban_does_not_hold_is_not_kept(stage: Stage) -> None:
    """A wrong IBAN would have the bank refuse the whole file."""
    shop = partner()
    stage.verify_iban(shop, "FR7630006000011234567890180")
    assert stage.run(lambda work: stage.parts.accounts.of(work, [shop])) == {}
