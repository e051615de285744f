"""After the debit: cancellations, counted days, stops, the season's end, and the proof of it all."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
import sqlalchemy.exc
from alembic import command
from atouts.wallet.v1 import debits_pb2, memberships_pb2, movements_pb2, seasons_pb2

from chassis.context import Account
from chassis.database import Database
from chassis.migrate import alembic_config
from services.wallet.application import season_end
from services.wallet.entrypoints.ctl import verify
from services.wallet.store import days, listings
from tests.integration.wallet.conftest import STORE
from tests.integration.wallet.stage import APPEND_ONLY, AUTHORITY_ID, CULTURE, Stage, account


def _paid(stage: Stage, amount_cents: int = 700) -> tuple[Account, UUID, Account, Any]:
    """A member who paid a cinema: person, partner, cashier, receipt."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    request = stage.debit_request(cinema, amount_cents, code=stage.code(person))
    return person, cinema, cashier, stage.call("Debit", request, cashier).receipt


def _cancel_request(stage: Stage, partner_id: UUID, debit_id: str) -> debits_pb2.CancelDebitRequest:
    return debits_pb2.CancelDebitRequest(
        idempotency_key=stage.key(), partner_id=str(partner_id), debit_id=debit_id
    )


# --- Cancellation


def test_a_debit_is_cancelled_on_its_own_day_once(stage: Stage) -> None:
    """The wallet gets the money back; the same key answers again; a second cancellation is refused."""
    person, cinema, cashier, receipt = _paid(stage)
    request = _cancel_request(stage, cinema, receipt.debit_id)
    first = stage.call("CancelDebit", request, cashier)
    again = stage.call("CancelDebit", request, cashier)
    assert (first.amount_cents, first.replayed, again.replayed) == (700, False, True)
    assert again.cancellation_id == first.cancellation_id
    assert stage.balance(person) == 2000
    refused = stage.refusal("CancelDebit", _cancel_request(stage, cinema, receipt.debit_id), cashier)
    assert refused.reason == "already_cancelled"
    assert stage.event_types().count("debit_cancelled") == 1


def test_a_cancellation_belongs_to_its_partner_and_day(stage: Stage) -> None:
    """Another partner does not know the debit; after midnight in Paris it is too late."""
    person, cinema, cashier, receipt = _paid(stage)
    other = stage.partner("cinema")
    request = _cancel_request(stage, other, receipt.debit_id)
    assert stage.refusal("CancelDebit", request, stage.delegate(other)).reason == "unknown_debit"
    stage.clock.instant = datetime(2025, 10, 4, 22, 0, tzinfo=UTC)
    request = _cancel_request(stage, cinema, receipt.debit_id)
    assert stage.refusal("CancelDebit", request, cashier).reason == "cancellation_too_late"
    assert stage.balance(person) == 1300


def test_two_cancellations_race_and_one_wins(stage: Stage) -> None:
    """Two keys for one debit at the same moment: the wallet is credited once."""
    person, cinema, cashier, receipt = _paid(stage)
    requests = [_cancel_request(stage, cinema, receipt.debit_id) for _ in range(4)]
    start = threading.Barrier(4)

    def run(request: Any) -> str:
        start.wait()
        try:
            stage.call("CancelDebit", request, cashier)
        except Exception as refused:  # noqa: BLE001 - its reason is what the test looks at
            return getattr(refused, "reason", repr(refused))
        return "cancelled"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(run, requests))
    assert answers == ["already_cancelled"] * 3 + ["cancelled"]
    assert stage.balance(person) == 2000


# --- Days


def test_a_day_counts_debits_and_cancellations_and_stays_as_counted(stage: Stage) -> None:
    """Count and sum per partner and scheme are those of the listed movements; today cannot be counted."""
    _, cinema, cashier, receipt = _paid(stage)
    second = stage.call("Debit", stage.debit_request(cinema, 100, code=stage.code(stage.member())), cashier)
    stage.call("CancelDebit", _cancel_request(stage, cinema, receipt.debit_id), cashier)
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
    mine = stage.call(
        "ListPartnerDebits", debits_pb2.ListPartnerDebitsRequest(partner_id=str(cinema)), cashier
    ).debits
    assert sorted((d.amount_cents, d.cancelled) for d in mine) == [(100, False), (700, True)]


def test_a_debit_that_meets_a_counted_day_is_made_on_the_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    person, cinema, cashier, _ = _paid(stage)
    version = 1_000
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


# --- The end of the season


def test_unspent_balances_expire_and_every_cent_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches go on until none is left; envelopes = unallocated + left + expired + debited - cancelled."""
    monkeypatch.setattr(season_end, "BATCH", 2)
    person, _, _, _ = _paid(stage)
    for _ in range(4):
        stage.member()
    waiting = account()
    stage.knows(waiting)
    stage.ask(waiting)
    stage.clock.instant = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    assert stage.play_due() == 0
    stage.clock.forward(minutes=1)
    while stage.play_due() == 0:
        assert stage.rows("jobs")[0].done_at is None
    figures = verify(stage.parts, AUTHORITY_ID)
    assert figures.held
    assert figures.figures["left_cents"] == 0
    assert figures.figures["expired_cents"] == 5 * 8500 - 700
    known = figures.figures
    assert known["envelopes_cents"] == (
        known["unallocated_cents"]
        + known["left_cents"]
        + known["expired_cents"]
        + known["debited_cents"]
        - known["cancelled_cents"]
    )
    assert stage.event_types().count("membership_ended") == 5
    states = {row.state for row in stage.rows("memberships")}
    assert states == {"ended", "refused"}
    movements = stage.call(
        "ListMovements",
        movements_pb2.ListMovementsRequest(wallet_id=stage.wallets(person)["cinema"].wallet_id),
        person,
    ).movements
    assert [(m.kind, m.amount_cents, m.balance_after_cents) for m in movements] == [
        ("expire", -1300, 0),
        ("debit", -700, 1300),
        ("credit", 2000, 2000),
    ]


def test_the_envelopes_figures_are_the_ledgers(stage: Stage) -> None:
    """What staff read per envelope adds up to what the entries say."""
    person, cinema, cashier, receipt = _paid(stage)
    stage.call("Debit", stage.debit_request(cinema, 300, code=stage.code(stage.member())), cashier)
    stage.call("CancelDebit", _cancel_request(stage, cinema, receipt.debit_id), cashier)
    answer = stage.call(
        "ListEnvelopes", seasons_pb2.ListEnvelopesRequest(scheme=CULTURE), stage.staff("audit")
    )
    cinema_line = next(e for e in answer.envelopes if e.benefit == "cinema")
    assert (cinema_line.credited_cents, cinema_line.left_cents, cinema_line.debited_cents) == (
        4000,
        3700,
        300,
    )
    assert sum(e.left_cents for e in answer.envelopes) == stage.sums()["wallet"]
    assert stage.balance(person) == 2000


# --- Proof


def test_verify_holds_after_a_day_of_work_and_the_export_lists_each_debit(stage: Stage) -> None:
    """Every rule holds, the difference is 0, and the export is sorted with its states."""
    _, cinema, cashier, receipt = _paid(stage)
    stage.call("Debit", stage.debit_request(cinema, 100, code=stage.code(stage.member())), cashier)
    stage.call("CancelDebit", _cancel_request(stage, cinema, receipt.debit_id), cashier)
    done = verify(stage.parts, AUTHORITY_ID)
    assert [f for f in done.findings if not f.held] == []
    assert done.figures["ledger_difference_cents"] == 0
    with stage.parts.platform.database.transaction() as session:
        exported = list(listings.debits(session))
    assert [d["debit_id"] for d in exported] == sorted(str(d["debit_id"]) for d in exported)
    assert sorted((d["amount_cents"], d["state"]) for d in exported) == [
        (100, "recorded"),
        (700, "cancelled"),
    ]


TAMPERINGS = {
    "a wallet's balance, credit and version are those of its entries": [
        "UPDATE wallets SET balance_cents = balance_cents - 1 WHERE benefit = 'cinema'"
    ],
    "what an envelope voted and has left are those of its entries": [
        "UPDATE envelopes SET unallocated_cents = unallocated_cents - 1"
    ],
    "each transfer is two entries of its own amount that add up to nothing": [
        "DELETE FROM entries WHERE account_kind = 'partner'"
    ],
    "the entries of a wallet or an envelope are a chain from 0, none missing": [
        "DELETE FROM entries WHERE account_kind = 'wallet' AND account_version = 1"
    ],
    "each entry belongs to a transfer of its own wallet, partner or envelope": [
        "UPDATE entries SET account_id = gen_random_uuid() WHERE account_kind = 'partner'"
    ],
    "each debit is the outcome of one key": ["DELETE FROM idempotency WHERE operation = 'debit'"],
    "each key that was answered with a debit has it": [
        "UPDATE idempotency SET transfer_id = gen_random_uuid() WHERE operation = 'debit'"
    ],
    "no movement was added to a counted day": [
        """INSERT INTO sealed_days (authority_id, day, recorded_at)
        SELECT authority_id, business_day, recorded_at - interval '1 s' FROM transfers WHERE kind = 'debit'"""
    ],
}


@pytest.mark.parametrize("check", TAMPERINGS)
def test_verify_finds_what_was_tampered_with(stage: Stage, check: str) -> None:
    """A balance, an entry or a key that somebody changed in the database is named."""
    _paid(stage)
    with stage.parts.platform.database.transaction() as session:
        for table in APPEND_ONLY:
            session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER append_only"))
        for statement in TAMPERINGS[check]:
            session.execute(sa.text(statement))
        for table in APPEND_ONLY:
            session.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER append_only"))
    done = verify(stage.parts, AUTHORITY_ID)
    assert check in [finding.check for finding in done.findings if not finding.held]
    assert not done.held


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET amount_cents = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_ledger_is_append_only(stage: Stage, table: str, statement: str) -> None:
    """Even the database's owner cannot change or take away what is recorded."""
    _paid(stage)
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="append-only"):  # noqa: SIM117
        with stage.parts.platform.database.transaction() as session:
            session.execute(sa.text(statement.format(table)))


def test_models_and_migrations_agree(wallet_database: Database) -> None:
    """What the code believes of its tables is what the migrations make."""
    config = alembic_config(STORE, "")
    with wallet_database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_a_waiting_membership_is_found_by_its_state(stage: Stage) -> None:
    """Staff page through a season's members by state."""
    stage.open_season()
    for _ in range(3):
        stage.member()
    person = account()
    stage.knows(person)
    stage.ask(person)
    search = memberships_pb2.SearchMembershipsRequest(
        scheme=CULTURE, state=memberships_pb2.MEMBERSHIP_STATE_ACTIVE
    )
    found = stage.call("SearchMemberships", search, stage.staff("instruction"))
    assert len(found.memberships) == 3
    search.page_token = "not a token"
    assert stage.refusal("SearchMemberships", search, stage.staff("instruction")).reason == "malformed"
