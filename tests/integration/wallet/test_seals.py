"""A day that is over is sealed: nothing is added to it, and what changes in it is found and named."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from chassis.errors import Operational
from services.wallet.entrypoints.ctl import verify
from services.wallet.store import days, leaves, seals
from services.wallet.store.tables import entries, transfers
from tests.integration.wallet.stage import AUTHORITY_ID, OCTOBER, Stage, append_only_lifted

DAY = date(2025, 10, 4)
SEALED = "each transfer of a sealed day is as it was sealed, none is missing and none was added"
LINK = "each day's seal is the hash of its day, chained to the day before"
PARTS = "the leaves and totals of each seal are those that it was made of"
SUMS = "each partner's and envelope's sum of a sealed day is that of its entries"


def _sealed(stage: Stage) -> Any:
    """A member paid 7 € at a cinema on 4 October; that day and the next two are sealed."""
    _, _, _, receipt = stage.paid()
    stage.clock.forward(days=3)
    stage.play_due()
    return receipt


def _kept(stage: Stage) -> list[seals.KeptSeal]:
    with stage.parts.platform.database.transaction() as session:
        return list(seals.kept(stage.work(session)))


def _broken(stage: Stage, since: date | None = None) -> dict[str, str]:
    done = verify(stage.parts, AUTHORITY_ID, since)
    return {finding.check: finding.detail for finding in done.findings if not finding.held}


def test_each_day_that_is_over_is_sealed_and_a_witness_reads_the_chain(stage: Stage) -> None:
    """Days without movements too; whoever has the printed lines can hash them again without this program."""
    _sealed(stage)
    printed = [json.loads(seals.as_json(kept)) for kept in _kept(stage)]
    assert [line["day"] for line in printed] == ["2025-10-04", "2025-10-05", "2025-10-06"]
    before = "0" * 64
    for line in printed:
        assert line["previous_hash"] == before
        before = line.pop("hash")
        text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == before
    assert printed[0]["sums"]["partner"] == 700
    assert sum(printed[0]["sums"].values()) == 0
    assert printed[0]["entries"] == 2 * printed[0]["transfers"]
    assert printed[1]["transfers"] == 0
    assert _broken(stage) == {}


def test_a_partners_sealed_total_is_its_days_movements(stage: Stage) -> None:
    """Partner and envelope balances are sums of sealed days."""
    _, cinema, _, _ = stage.paid()
    stage.clock.forward(days=1)
    stage.play_due()
    totals = {(row.account_kind, row.account_id): row.amount_cents for row in stage.rows("seal_totals")}
    assert totals["partner", cinema] == 700
    assert sum(totals.values()) == 0


TAMPERINGS: dict[str, tuple[str, str]] = {
    "a debit's amount, with both its entries, its wallet and its key": (
        """
        UPDATE entries SET amount_cents = amount_cents + sign(amount_cents),
               balance_after_cents = balance_after_cents - 1
        WHERE transfer_id = (SELECT transfer_id FROM transfers WHERE kind = 'debit');
        UPDATE wallets SET balance_cents = balance_cents - 1 WHERE version = 2;
        UPDATE idempotency SET outcome = jsonb_set(outcome, '{amount_cents}', '701') WHERE operation = 'debit';
        UPDATE transfers SET amount_cents = amount_cents + 1 WHERE kind = 'debit'
        """,
        "was changed",
    ),
    "a word of a transfer": ("UPDATE transfers SET device = 'caisse 2' WHERE kind = 'debit'", "was changed"),
    "an entry taken away": (
        "DELETE FROM entries WHERE account_kind = 'partner'",
        "was changed",
    ),
    "a debit taken away whole": (
        """
        DELETE FROM entries WHERE transfer_id = (SELECT transfer_id FROM transfers WHERE kind = 'debit');
        DELETE FROM transfers WHERE kind = 'debit';
        DELETE FROM idempotency WHERE operation = 'debit';
        UPDATE wallets SET balance_cents = 2000, version = 1 WHERE version = 2
        """,
        "is missing",
    ),
    "a debit moved to another day": (
        "UPDATE transfers SET business_day = business_day + 1 WHERE kind = 'debit'",
        "is missing",
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_was_changed_or_taken_from_a_sealed_day_is_named(stage: Stage, what: str) -> None:
    """However consistently the tables were changed, verify says which day and which transfer."""
    receipt = _sealed(stage)
    statements, verdict = TAMPERINGS[what]
    with append_only_lifted(stage.parts.platform.database) as session:
        for statement in statements.split(";"):
            session.execute(sa.text(statement))
    assert _broken(stage)[SEALED] == f"day 2025-10-04: transfer {receipt.debit_id} {verdict}"


ADDED = (
    """
    INSERT INTO transfers (authority_id, transfer_id, kind, envelope_id, amount_cents, occurred_at, business_day,
                           rulebook_hash, account_id, device, season_no)
    SELECT authority_id, :id, kind, envelope_id, 1, occurred_at, business_day, rulebook_hash, account_id, device,
           season_no
    FROM transfers WHERE kind = 'vote' LIMIT 1
    """,
    """
    INSERT INTO entries (authority_id, transfer_id, account_kind, account_id, amount_cents, season_no)
    SELECT authority_id, transfer_id, side.kind, envelope_id, side.cents, season_no
    FROM transfers, (VALUES ('authority', -1), ('expired', 1)) AS side(kind, cents) WHERE transfer_id = :id
    """,
)


def test_what_was_added_to_a_sealed_day_is_named(stage: Stage) -> None:
    """A whole transfer with its entries, put in afterwards, without any of the service's locks."""
    _sealed(stage)
    added = "00000000-0000-4000-8000-000000000001"
    with append_only_lifted(stage.parts.platform.database) as session:
        for statement in ADDED:
            session.execute(sa.text(statement), {"id": added})
    broken = _broken(stage)
    assert broken[SEALED] == f"day 2025-10-04: transfer {added} was added"
    assert broken[SUMS].startswith("day 2025-10-04: ")


SEAL_TAMPERINGS: dict[str, tuple[str, str, str]] = {
    "a count": (
        "UPDATE day_seals SET transfers = 99 WHERE day = '2025-10-04'",
        LINK,
        "day 2025-10-04: its seal is not the hash of what it says",
    ),
    "a hash": (
        "UPDATE day_seals SET hash = sha256(hash) WHERE day = '2025-10-05'",
        LINK,
        "day 2025-10-05: its seal is not the hash of what it says",
    ),
    "a seal's proof of who made it": (
        "UPDATE day_seals SET mac = sha256(mac) WHERE day = '2025-10-05'",
        LINK,
        "day 2025-10-05: its seal was not made by this service",
    ),
    "a seal taken away": (
        "DELETE FROM day_seals WHERE day = '2025-10-05'",
        LINK,
        "day 2025-10-05: its seal is missing",
    ),
    "the first seal taken away": (
        """
        DELETE FROM seal_totals; DELETE FROM seal_branches; DELETE FROM seal_seasons;
        DELETE FROM day_seals WHERE day = '2025-10-04'
        """,
        LINK,
        "day 2025-10-05: its seal does not follow that of the day before",
    ),
    "leaves": (
        "UPDATE seal_branches SET leaves = leaves || leaves",
        PARTS,
        "day 2025-10-04: leaves or totals of season number 1 were changed",
    ),
    "totals": (
        "UPDATE seal_totals SET amount_cents = amount_cents + 1 WHERE account_kind = 'partner'",
        PARTS,
        "day 2025-10-04: leaves or totals of season number 1 were changed",
    ),
    "a season's share": (
        "UPDATE seal_seasons SET entries_digest = sha256(entries_digest)",
        LINK,
        "day 2025-10-04: its seal is not the hash of what it says",
    ),
}


@pytest.mark.parametrize("what", SEAL_TAMPERINGS)
def test_a_seal_that_was_changed_is_named(stage: Stage, what: str) -> None:
    """Its day is told, and whether it is its content, its link or its maker that does not fit."""
    _sealed(stage)
    statements, rule, told = SEAL_TAMPERINGS[what]
    with append_only_lifted(stage.parts.platform.database) as session:
        for statement in statements.split(";"):
            session.execute(sa.text(statement))
    assert _broken(stage)[rule] == told


def test_a_chain_made_again_by_who_writes_the_database_lacks_the_services_proof(stage: Stage) -> None:
    """Hashes can be computed by anybody; the mac needs a key that is not in the database."""
    _sealed(stage)
    last = _kept(stage)[-1].seal
    forged = seals.DaySeal(**{name: getattr(last, name) for name in last.__slots__} | {"sums": {"partner": 1}})
    with append_only_lifted(stage.parts.platform.database) as session:
        session.execute(
            sa.text("UPDATE day_seals SET hash = :hash, sums = '{\"partner\": 1}' WHERE day = :day"),
            {"hash": forged.hash(), "day": last.day},
        )
    assert _broken(stage)[LINK] == f"day {last.day}: its seal was not made by this service"


def test_verify_from_a_day_on_trusts_the_seals_before_it(stage: Stage) -> None:
    """Only the days from there on are walked, each account from where it stood; the chain of seals is read whole."""
    person, cinema, cashier, first = stage.paid()
    stage.clock.forward(days=2)
    receipt = stage.call("Debit", stage.debit_request(cinema, 100, code=stage.code(person)), cashier).receipt
    stage.clock.forward(days=1)
    stage.play_due()
    since = date(2025, 10, 5)
    done = verify(stage.parts, AUTHORITY_ID, since)
    assert done.held
    assert done.figures["entries"] == 2
    with append_only_lifted(stage.parts.platform.database) as session:
        session.execute(sa.text("UPDATE transfers SET device = 'x' WHERE transfer_id = :id"), {"id": first.debit_id})
    assert _broken(stage, since) == {}
    with append_only_lifted(stage.parts.platform.database) as session:
        session.execute(sa.text("UPDATE transfers SET device = 'x' WHERE transfer_id = :id"), {"id": receipt.debit_id})
        session.execute(sa.text("UPDATE entries SET balance_before_cents = 1, balance_after_cents = amount_cents + 1 "
                                "WHERE account_version = 3 AND account_kind = 'wallet'"))  # fmt: skip
    broken = _broken(stage, since)
    assert broken[SEALED] == f"day 2025-10-06: transfer {receipt.debit_id} was changed"
    assert "the entries of a wallet or an envelope are a chain from 0, none missing" in broken
    assert _broken(stage)[SEALED] == f"day 2025-10-04: transfer {first.debit_id} was changed"


def test_nothing_is_written_on_a_sealed_day(stage: Stage) -> None:
    """A movement that was decided before midnight and comes after the seal is refused, and may be asked again."""
    _sealed(stage)
    stage.clock.instant = OCTOBER
    before = len(stage.rows("transfers"))
    with pytest.raises(Operational):
        stage.vote(stage.staff("administration"), "cinema", 100)
    assert len(stage.rows("transfers")) == before
    stage.clock.forward(days=3)
    stage.vote(stage.staff("administration"), "cinema", 100)
    assert _broken(stage) == {}


def test_a_credit_that_finds_its_day_sealed_keeps_its_place(stage: Stage) -> None:
    """The member is served with the next who comes, on a day that is open."""
    _sealed(stage)
    stage.clock.instant = OCTOBER
    before = len(stage.rows("transfers"))
    late = stage.member()
    assert len(stage.rows("transfers")) == before
    stage.clock.forward(days=3)
    stage.member()
    assert stage.balance(late) == 2000
    assert stage.rows("due_credits") == []
    assert _broken(stage) == {}


def test_sealing_waits_for_who_writes_on_the_day(stage: Stage) -> None:
    """A credit that is under way at midnight is in the seal, not after it."""
    stage.open_season()
    stage.clock.forward(days=1)
    sealed = threading.Event()

    def seal() -> None:
        stage.play_due()
        sealed.set()

    database = stage.parts.platform.database
    with database.engine.connect() as writer, writer.begin():
        days.hold(writer, [DAY])
        thread = threading.Thread(target=seal)
        thread.start()
        _until_somebody_waits(stage)
        assert not sealed.is_set()
    thread.join(10)
    assert [kept.seal.day for kept in _kept(stage)] == [DAY]


def _until_somebody_waits(stage: Stage) -> None:
    statement = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    for _ in range(10_000):
        with stage.parts.platform.database.transaction() as session:
            if session.execute(statement).scalar_one():
                return
    raise AssertionError("nobody waits")


def test_a_day_stays_open_for_a_job_that_was_due_on_it(stage: Stage) -> None:
    """The worker was away at the season's end: what it expires later is of that day, which is sealed after it."""
    stage.paid()
    stage.clock.instant = datetime(2026, 7, 5, tzinfo=UTC)
    stage.play_due()
    while any(job.done_at is None and job.due_at <= stage.clock.instant for job in stage.rows("jobs")):
        stage.play_due()
    sealed = _kept(stage)
    assert sealed[-1].seal.day == date(2026, 7, 4)
    expired = {kept.seal.day: kept.seal.sums["expired"] for kept in sealed if "expired" in kept.seal.sums}
    assert expired == {date(2026, 7, 1): 9500 - 700}
    assert _broken(stage) == {}


def test_the_night_of_a_clock_change_is_a_day_like_any_other(stage: Stage) -> None:
    """26 October 2025 has 25 hours: what is paid in its last one is of that day."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    for instant in (datetime(2025, 10, 25, 22, 30, tzinfo=UTC), datetime(2025, 10, 26, 22, 30, tzinfo=UTC)):
        stage.clock.instant = instant
        stage.call("Debit", stage.debit_request(cinema, 100, code=stage.code(person)), cashier)
    stage.clock.instant = datetime(2025, 10, 27, 6, tzinfo=UTC)
    stage.play_due()
    of_days = {kept.seal.day: kept.seal.transfers for kept in _kept(stage)}
    assert of_days[date(2025, 10, 26)] == 2
    assert _broken(stage) == {}


@pytest.mark.parametrize(("table", "named"), [(transfers, leaves.TRANSFER_COLUMNS), (entries, leaves.ENTRY_COLUMNS)])
def test_every_column_of_the_ledger_is_sealed(table: sa.Table, named: tuple[str, ...]) -> None:
    """A column that is added is named in `store/leaves.py`, at the end: else it could be changed unseen."""
    assert {column.name for column in table.columns} == {*named, *leaves.NOT_SEALED}
