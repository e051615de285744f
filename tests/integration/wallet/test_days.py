"""Counted days stay as counted, and stops bite at once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import sqlalchemy.exc
from atouts.wallet.v1 import debits_pb2, movements_pb2

from chassis.database import Database
from services.wallet.store import days
from tests.integration.wallet.stage import AUTHORITY_ID, CULTURE, Stage


def test_a_day_counts_debits_and_cancellations_and_stays_as_counted(stage: Stage) -> None:
    """Count and sum per partner and scheme are those of the listed movements; today cannot be counted."""
    _, cinema, cashier, receipt = stage.paid()
    second = stage.call("Debit", stage.debit_request(cinema, 100, code=stage.code(stage.member())), cashier)
    stage.call("CancelDebit", stage.cancel_request(cinema, receipt.debit_id), cashier)
    today = movements_pb2.CountDayRequest(day="2025-10-04")
    assert stage.refusal("CountDay", today, service="payout").reason == "day_not_over"
    stage.clock.forward(days=1)
    for _ in range(2):
        counted = stage.call("CountDay", today, service="payout").partners
        assert [(p.scheme, p.count, p.sum_cents) for p in counted] == [(CULTURE, 3, 100)]
    listed = stage.call(
        "ListDayMovements", movements_pb2.ListDayMovementsRequest(day="2025-10-04"), service="payout"
    ).movements
    assert sorted(m.amount_cents for m in listed) == [-700, 100, 700]
    assert {m.debit_id for m in listed} == {receipt.debit_id, second.receipt.debit_id}
    mine = stage.call("ListPartnerDebits", debits_pb2.ListPartnerDebitsRequest(partner_id=str(cinema)), cashier).debits
    assert sorted((d.amount_cents, d.cancelled) for d in mine) == [(100, False), (700, True)]


def test_a_debit_that_meets_a_counted_day_is_made_on_the_next(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock was read before midnight and the day was counted meanwhile: the group reads it again."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    stage.clock.instant = datetime(2025, 10, 4, 21, 59, 55, tzinfo=UTC)
    request = stage.debit_request(cinema, 300, code=stage.code(person))
    with stage.parts.platform.database.transaction() as session:
        days.seal(stage.work(session), date(2025, 10, 4))
    before_midnight = iter([stage.clock.instant])
    after_midnight = datetime(2025, 10, 4, 22, 0, 1, tzinfo=UTC)
    monkeypatch.setattr(stage.clock, "now", lambda: next(before_midnight, after_midnight))
    receipt = stage.call("Debit", request, cashier).receipt
    assert receipt.occurred_at.ToDatetime(UTC) == after_midnight
    assert [row.business_day for row in stage.rows("transfers") if row.kind == "debit"] == [date(2025, 10, 5)]


def test_counting_waits_for_debits_under_way(stage: Stage) -> None:
    """While a writer holds the day, the seal waits; after the seal the day is found closed."""
    database = stage.parts.platform.database
    day = date(2025, 10, 3)
    sealed = threading.Event()

    def seal() -> None:
        with database.transaction() as session:
            days.seal(stage.work(session), day)
        sealed.set()

    with database.engine.connect() as writer, writer.begin():
        days.enter(writer, day)
        thread = threading.Thread(target=seal)
        thread.start()
        _until_somebody_waits_for_a_lock(database)
        assert not sealed.is_set()
    thread.join(5)
    with database.engine.connect() as writer, writer.begin():
        days.enter(writer, day)
        assert days.sealed(writer, day, [AUTHORITY_ID])


def _until_somebody_waits_for_a_lock(database: Database) -> None:
    statement = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    for _ in range(10_000):
        with database.engine.connect() as connection:
            if connection.execute(statement).scalar_one():
                return
    raise AssertionError("nobody waits")


def test_a_stopped_accreditation_bites_at_once_and_its_event_changes_nothing(stage: Stage) -> None:
    """Partner's command is effective at its commit; a late event of an earlier grant does not undo it."""
    person, cinema, cashier, _ = stage.paid()
    version = 1_000_000
    stop = movements_pb2.StopAccreditationRequest(
        partner_id=str(cinema), scheme=CULTURE, category="cinema", reason="manquement", version=version
    )
    stage.call("StopAccreditation", stop, service="partner")
    request = stage.debit_request(cinema, 100, code=stage.code(stage.member()))
    assert stage.refusal("Debit", request, cashier).reason == "partner_not_accredited"
    data = {
        "accreditation_id": str(cinema),
        "partner_id": str(cinema),
        "scheme": CULTURE,
        "category": "cinema",
    }
    stage.handle("partner", "accreditation_granted", data, version=version - 1)
    stage.handle("partner", "accreditation_withdrawn", data, version=version)
    assert [(row.granted, row.version) for row in stage.rows("accreditations")] == [(False, version)]
    assert stage.balance(person) == 1300
