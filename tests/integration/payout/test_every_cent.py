"""Random seasons: every cent is paid exactly once, or still owed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from atouts.payout.v1 import messages_pb2 as pb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.database import Database
from chassis.grants import AUTHORITY_SCOPE
from services.payout.adapters import pain001
from services.payout.application.verification import verify
from services.payout.domain.errors import AlreadyHeld
from tests.integration.payout.conftest import empty
from tests.integration.payout.stage import ANNE, BRUNO, Stage, partner

FIRST_DAY = date(2025, 9, 1)
WEEKS = 4
PARTNERS = tuple(partner() for _ in range(3))

_debits = st.tuples(
    st.just("debit"), st.sampled_from(PARTNERS), st.integers(0, 7 * WEEKS - 1), st.integers(1, 9999), st.booleans()
)
_acts = st.tuples(
    st.sampled_from(["hold", "release", "verify_iban"]), st.sampled_from(PARTNERS), st.integers(0, 7 * WEEKS - 1)
)


@given(
    debits=st.lists(_debits, min_size=1, max_size=25),
    acts=st.lists(_acts, max_size=10),
    shuffle=st.randoms(use_true_random=False),
    issues=st.lists(st.booleans(), min_size=WEEKS + 1, max_size=WEEKS + 1),
)
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_cent_is_paid_once_or_owed(payout_database: Database, debits, acts, shuffle, issues) -> None:  # type: ignore[no-untyped-def]
    """Whatever the debits, cancellations, holds and releases, with events doubled and in any order."""
    stage = _stage(payout_database)
    movements = _movements_of(stage, debits)
    for week in range(WEEKS + 1):
        monday = FIRST_DAY + timedelta(weeks=week)
        _hear(stage, movements, monday, shuffle)
        for act in (each for each in acts if each[2] // 7 == week):
            _play(stage, act)
        stage.move_to(monday)
        if issues[week]:
            for run in stage.runs("prepared"):
                stage.issue(run)
    _expect_every_cent(stage)


def _stage(database: Database) -> Stage:
    empty(database)
    stage = Stage(database)
    for account_id in (ANNE, BRUNO):
        stage.grant(account_id, AUTHORITY_SCOPE, "payments")
    stage.open_season()
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


def _play(stage: Stage, act: tuple[str, str, int]) -> None:
    name, partner_id, _ = act
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
