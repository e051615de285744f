"""What payout says is open of a person's movements, and what it clears of an account."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from chassis.context import CallContext
from chassis.grants import AUTHORITY_SCOPE
from services.payout.store import erasure
from services.payout.store.tables import accruals, remittances, runs
from tests.integration.payout.stage import AUTHORITY, BOOKS, SEASON, Stage

_AT = datetime(2025, 9, 8, 10, tzinfo=UTC)


def _moved(stage: Stage, cents: int, debit_id: UUID | None = None, remittance_id: UUID | None = None) -> UUID:
    """A debit, or the cancellation of one."""
    movement_id = uuid.uuid4()
    row = {
        "authority_id": AUTHORITY, "movement_id": movement_id, "debit_id": debit_id or movement_id,
        "partner_id": uuid.UUID(int=7), "scheme": BOOKS, "season": SEASON, "benefit": "b", "category": "c",
        "amount_cents": cents, "occurred_at": _AT, "business_day": _AT.date(), "rulebook_hash": "h",
        "remittance_id": remittance_id,
    }  # fmt: skip
    with stage.parts.platform.database.transaction() as session:
        session.execute(sa.insert(accruals), row)
    return movement_id


def _remittance(stage: Stage, state: str, held_for: str | None = None) -> UUID:
    run_id, remittance_id = uuid.uuid4(), uuid.uuid4()
    run = {
        "authority_id": AUTHORITY, "run_id": run_id, "scheme": BOOKS, "season": SEASON, "period_start": _AT.date(),
        "period_end": _AT.date(), "due_on": _AT.date(), "state": state,
    }  # fmt: skip
    remittance = {
        "authority_id": AUTHORITY, "remittance_id": remittance_id, "run_id": run_id, "partner_id": uuid.UUID(int=7),
        "amount_cents": 100, "movements": 1, "reference": str(remittance_id), "held_for": held_for,
    }  # fmt: skip
    with stage.parts.platform.database.transaction() as session:
        if state == "issued":
            file_id = uuid.uuid4()
            file = {"authority_id": AUTHORITY, "file_id": file_id, "media_type": "x", "size_bytes": 0, "chunks": 0}
            session.execute(sa.insert(stage.parts.platform.tables.files), file)
            run |= {"issued_at": _AT, "sepa_file_id": file_id, "approved_by": "b", "proposed_by": "a"}
        session.execute(sa.insert(runs), run)
        session.execute(sa.insert(remittances), remittance)
    return remittance_id


def _open(stage: Stage, *movement_ids: UUID) -> int:
    with stage.parts.platform.database.transaction() as session:
        work = stage.parts.platform.work(session, CallContext(AUTHORITY, "identity"))
        return erasure.close(work, uuid.uuid4(), movement_ids).holds["payout_open"]


@pytest.mark.parametrize(("state", "is_open"), [("prepared", 1), ("proposed", 1), ("issued", 0)])
def test_a_debit_is_open_until_its_transfer_is_issued(stage: Stage, state: str, is_open: int) -> None:
    """Prepared and proposed may still change."""
    assert _open(stage, _moved(stage, 100, remittance_id=_remittance(stage, state))) == is_open


def test_an_unpaid_and_a_held_debit_are_open(stage: Stage) -> None:
    """The partner's money is not there yet."""
    unpaid = _moved(stage, 100)
    held = _moved(stage, 100, remittance_id=_remittance(stage, "prepared", held_for="missing_iban"))
    assert _open(stage, unpaid, held) == 2


def test_a_debit_that_was_undone_before_it_was_paid_is_not_open(stage: Stage) -> None:
    """Nothing is owed in either direction; what is undone afterwards is a clawback, open until it is set off."""
    undone = _moved(stage, 100)
    cancelled = _moved(stage, -100, debit_id=undone)
    assert _open(stage, undone, cancelled) == 0
    paid = _moved(stage, 100, remittance_id=_remittance(stage, "issued"))
    assert _open(stage, paid, _moved(stage, -100, debit_id=paid)) == 1


def test_a_movement_that_payout_has_not_heard_of_is_open(stage: Stage) -> None:
    """Its event is on the way."""
    assert _open(stage, uuid.uuid4()) == 1
    assert _open(stage) == 0


def test_an_account_s_roles_and_answers_go(stage: Stage) -> None:
    """Counted by table; again finds nothing."""
    account = uuid.uuid4()
    stage.grant(str(account), AUTHORITY_SCOPE, "payments")
    with stage.parts.platform.database.transaction() as session:
        work = stage.parts.platform.work(session, CallContext(AUTHORITY, "identity"))
        assert erasure.clear(work, account) == {"grants": 1, "idempotency": 0}
        assert erasure.clear(work, account) == {"grants": 0, "idempotency": 0}
