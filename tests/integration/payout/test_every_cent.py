"""Random seasons: every cent is paid exactly once, or still owed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest
from atouts.payout.v1 import messages_pb2 as pb

from chassis.database import Database
from chassis.grants import AUTHORITY_SCOPE
from services.payout.adapters import pain001
from services.payout.application.verification import verify
from services.payout.domain.errors import (
    AlreadyHeld,
    ClawbackAboveDebit,
    ClawbackOfCancelledDebit,
    UnknownMovement,
)
from tests.integration.payout.conftest import empty
from tests.integration.payout.stage import ANNE, BRUNO, Stage, partner

FIRST_DAY = date(2025, 9, 1)
WEEKS = 3
PARTNERS = tuple(partner() for _ in range(3))


@dataclass(frozen=True)
class Week:
    """What people do before the week's run is prepared, after it, and at its end. `clawed_back`: which debit, how many
    hundredths of it."""

    before: list[tuple[str, str]]
    clawed_back: list[tuple[int, int]]
    held_after: str | None
    end: str


@dataclass(frozen=True)
class Drawn:
    """A debit of a random season."""

    partner_id: str
    day: date
    cents: int
    is_cancelled: bool


@pytest.mark.parametrize("seed", range(8))
def test_every_cent_is_paid_once_or_owed(payout_database: Database, seed: int) -> None:
    """Whatever the debits, cancellations, clawbacks, holds and releases, with events doubled and in any order; and once
    nobody is held any more, everything is paid that is not clawed back."""
    draw = Random(seed)  # noqa: S311 - a season drawn again from its number
    stage = _stage(payout_database)
    movements = _movements_of(stage, [_drawn_debit(draw) for _ in range(25)])
    for number in range(1, WEEKS + 1):
        _play_week(stage, movements, FIRST_DAY + timedelta(weeks=number), _drawn_week(draw), draw)
    _expect_every_cent(stage)
    _settle(stage)
    _expect_every_cent(stage)
    assert [max(0, stage.account(partner_id).owed_cents) for partner_id in PARTNERS] == [0, 0, 0]


def _drawn_debit(draw: Random) -> Drawn:
    day = FIRST_DAY + timedelta(days=draw.randrange(7 * WEEKS))
    return Drawn(draw.choice(PARTNERS), day, draw.randint(1, 9999), draw.random() < 0.2)


def _drawn_week(draw: Random) -> Week:
    acts = ["hold", "release", "verify_iban"]
    before = [(draw.choice(acts), draw.choice(PARTNERS)) for _ in range(draw.randrange(3))]
    clawed_back = [(draw.randrange(1_000), draw.choice([10, 50, 100])) for _ in range(draw.randrange(3))]
    return Week(
        before, clawed_back, draw.choice([None, *PARTNERS]), draw.choice(["issue", "issue", "propose", "leave"])
    )


def _play_week(stage: Stage, movements: list[tuple[date, str]], monday: date, week: Week, draw: Random) -> None:
    _hear(stage, movements, monday, draw)
    for name, partner_id in week.before:
        _play(stage, name, partner_id)
    for which, share in week.clawed_back:
        _claw_back(stage, which, share)
    stage.move_to(monday)
    if week.held_after:
        _play(stage, "hold", week.held_after)
    _end_week(stage, week.end)


def _end_week(stage: Stage, end: str) -> None:
    if end != "leave":
        for run in stage.runs("prepared"):
            stage.propose(run.run_id)
    if end == "issue":
        for run in stage.runs("proposed"):
            if run.payable_cents:
                stage.approve(run.run_id)


def _settle(stage: Stage) -> None:
    """Nobody is held any more; the runs that are open are issued, then the two that follow."""
    for partner_id in PARTNERS:
        _play(stage, "verify_iban", partner_id)
        _play(stage, "release", partner_id)
    for week in (WEEKS + 1, WEEKS + 2):
        _end_week(stage, "issue")
        stage.move_to(FIRST_DAY + timedelta(weeks=week))
    _end_week(stage, "issue")


def _stage(database: Database) -> Stage:
    empty(database)
    stage = Stage(database)
    for account_id in (ANNE, BRUNO):
        stage.grant(account_id, AUTHORITY_SCOPE, "payments")
    stage.open_season()
    for partner_id in PARTNERS[1:]:
        stage.verify_iban(partner_id)
    return stage


def _movements_of(stage: Stage, debits: list[Drawn]) -> list[tuple[date, str]]:
    movements = []
    for debit in debits:
        debit_id = stage.debit(debit.partner_id, debit.cents, debit.day, heard=False)
        movements.append((debit.day, debit_id))
        if debit.is_cancelled:
            movements.append((debit.day, stage.cancel(debit_id, heard=False)))
    return movements


def _hear(stage: Stage, movements: list[tuple[date, str]], monday: date, draw: Random) -> None:
    """The events of last week, each twice, in any order."""
    of_week = [each for on, each in movements if monday - timedelta(weeks=1) <= on < monday] * 2
    draw.shuffle(of_week)
    for movement_id in of_week:
        stage.tell(movement_id)


def _play(stage: Stage, name: str, partner_id: str) -> None:
    if name == "verify_iban":
        stage.verify_iban(partner_id)
    elif name == "hold":
        try:
            stage.call("PlaceHold", pb.PlaceHoldRequest(partner_id=partner_id, reason="Contrôle."))
        except AlreadyHeld:
            return
    else:
        for hold in stage.account(partner_id).holds:
            if hold.code == "staff":
                stage.call("LiftHold", pb.LiftHoldRequest(hold_id=hold.hold_id))


def _claw_back(stage: Stage, which: int, share: int) -> None:
    """Of a debit that payout has heard of, or not yet; refused where nothing of it is left."""
    debits = [each for each in stage.wallet.movements if not each.is_cancellation]
    debit = debits[which % len(debits)]
    try:
        proposed = stage.propose_clawback(debit.movement_id, max(1, debit.amount_cents * share // 100))
    except (UnknownMovement, ClawbackOfCancelledDebit, ClawbackAboveDebit):
        return
    stage.approve_clawback(proposed.clawback_id)
    stage.play_due()


def _expect_every_cent(stage: Stage) -> None:
    debited: Counter[str] = Counter()
    for movement in stage.wallet.movements:
        debited[movement.partner_id] += movement.amount_cents
    clawed_back: Counter[str] = Counter()
    for told in stage.wallet.clawed_back.values():
        clawed_back[told.partner_id] += told.amount_cents
    paid = _paid_by_files(stage)
    for partner_id in PARTNERS:
        account = stage.account(partner_id)
        assert paid[partner_id] == account.paid_cents
        assert debited[partner_id] == account.paid_cents + account.owed_cents + clawed_back[partner_id]
    done = stage.run(lambda work: verify(work, stage.parts.catalogue, stage.parts.files))
    assert [finding for finding in done.findings if not finding.held] == []


def _paid_by_files(stage: Stage) -> Counter[str]:
    """What the banks were told, read from the files alone and joined by the reference."""
    paid: Counter[str] = Counter()
    for run in stage.runs("issued"):
        content = stage.call("GetSepaFile", pb.GetSepaFileRequest(run_id=run.run_id)).content
        partners = {line.reference: line.partner_id for line in run.remittances}
        for reference, cents in pain001.read_totals(content).transfers.items():
            paid[partners[reference]] += cents
    return paid


pytestmark = pytest.mark.timeout(120)
