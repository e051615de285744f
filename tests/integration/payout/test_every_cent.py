"""Random seasons: every cent is paid exactly once, or still owed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from atouts.payout.v1 import messages_pb2 as pb
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.database import Database
from chassis.grants import AUTHORITY_SCOPE
from services.payout.adapters import pain001
from services.payout.application.verification import verify
from services.payout.domain.errors import AlreadyHeld
from tests.integration.payout.conftest import empty
from tests.integration.payout.stage import ANNE, BRUNO, Stage, partner

FIRST_DAY = date(2025, 9, 1)
WEEKS = 3
PARTNERS = tuple(partner() for _ in range(3))

_debits = st.tuples(
    st.just("debit"), st.sampled_from(PARTNERS), st.integers(0, 7 * WEEKS - 1), st.integers(1, 9999), st.booleans()
)
# In which week, and whether before the run of that week is prepared or after.
_moments = st.tuples(st.integers(0, WEEKS), st.booleans())
_acts = st.tuples(st.sampled_from(["hold", "release", "verify_iban"]), st.sampled_from(PARTNERS), _moments)
_ends = st.lists(st.sampled_from(["leave", "propose", "issue"]), min_size=WEEKS + 1, max_size=WEEKS + 1)


@given(
    debits=st.lists(_debits, min_size=4, max_size=20),
    acts=st.lists(_acts, min_size=2, max_size=15),
    shuffle=st.randoms(use_true_random=False),
    ends=_ends,
)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_every_cent_is_paid_once_or_owed(payout_database: Database, debits, acts, shuffle, ends) -> None:  # type: ignore[no-untyped-def]
    """Whatever the debits, cancellations, holds and releases, with events doubled and in any order; and once
    nobody is held any more, everything is paid."""
    stage = _stage(payout_database)
    movements = _movements_of(stage, debits)
    for week in range(WEEKS + 1):
        monday = FIRST_DAY + timedelta(weeks=week)
        _hear(stage, movements, monday, shuffle)
        _play_acts(stage, acts, (week, False))
        stage.move_to(monday)
        _play_acts(stage, acts, (week, True))
        _end_week(stage, ends[week])
    _expect_every_cent(stage)
    _settle(stage)
    _expect_every_cent(stage)
    assert [stage.account(partner_id).owed_cents for partner_id in PARTNERS] == [0, 0, 0]


def _play_acts(stage: Stage, acts, moment: tuple[int, bool]) -> None:  # type: ignore[no-untyped-def]
    for name, partner_id, when in acts:
        if when == moment:
            _play(stage, name, partner_id)


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
    for week in range(WEEKS + 1, WEEKS + 3):
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


def _movements_of(stage: Stage, debits: list[tuple[str, str, int, int, bool]]) -> list[tuple[date, str]]:
    movements = []
    for _, partner_id, day, cents, cancelled in debits:
        on = FIRST_DAY + timedelta(days=day)
        debit_id = stage.debit(partner_id, cents, on, heard=False)
        movements.append((on, debit_id))
        if cancelled:
            movements.append((on, stage.cancel(debit_id, heard=False)))
    return movements


def _hear(stage: Stage, movements: list[tuple[date, str]], monday: date, shuffle) -> None:  # type: ignore[no-untyped-def]
    """The events of last week, each twice, in any order."""
    of_week = [each for on, each in movements if monday - timedelta(weeks=1) <= on < monday] * 2
    shuffle.shuffle(of_week)
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


def _expect_every_cent(stage: Stage) -> None:
    debited: Counter[str] = Counter()
    for movement in stage.wallet.movements:
        debited[movement.partner_id] += movement.amount_cents
    paid = _paid_by_files(stage)
    for partner_id in PARTNERS:
        account = stage.account(partner_id)
        assert paid[partner_id] == account.paid_cents
        assert debited[partner_id] == account.paid_cents + account.owed_cents
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
