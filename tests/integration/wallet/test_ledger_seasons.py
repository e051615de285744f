"""The ledger lies in partitions, one a season: they are made while debits go on, and a finished one is detached."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.exc
from alembic import command
from atouts.wallet.v1 import movements_pb2, seasons_pb2

from chassis.config import Environment, read
from chassis.database import Database
from chassis.migrate import alembic_config
from services.wallet.application import closings
from services.wallet.application.closings import SeasonNotClosed
from services.wallet.entrypoints import ctl
from services.wallet.entrypoints.ctl import verify
from services.wallet.store import listings, seasons
from services.wallet.store.tables import entries, transfers
from tests.integration.wallet.conftest import STORE
from tests.integration.wallet.stage import AUTHORITY_ID, BOOKS, CULTURE, SEASON, Stage, append_only_lifted

KEY = bytes(32)


def _held(stage: Stage) -> bool:
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []
    return done.held


def _run(stage: Stage, statement: str) -> Any:
    with stage.parts.platform.database.transaction() as session:
        return session.execute(sa.text(statement))


def _counts(stage: Stage) -> dict[str, int]:
    rows = _run(stage, "SELECT tableoid::regclass::text AS place, count(*) AS rows FROM transfers GROUP BY 1")
    return {row.place: row.rows for row in rows}


def test_each_season_has_its_own_partition_and_the_default_one_stays_empty(stage: Stage) -> None:
    """Two schemes side by side; each transfer lies with its envelope's season."""
    stage.paid()
    stage.open_season(BOOKS)
    assert set(_counts(stage)) == {"ledger.transfers_1", "ledger.transfers_2"}
    assert _held(stage)


COPIED_DEBIT = """
INSERT INTO transfers (authority_id, transfer_id, kind, envelope_id, wallet_id, partner_id, category, amount_cents,
                       occurred_at, business_day, rulebook_hash, account_id, device, season_no)
SELECT authority_id, gen_random_uuid(), kind, envelope_id, wallet_id, partner_id, category, amount_cents, occurred_at,
       business_day, rulebook_hash, account_id, device, season_no
FROM ledger.transfers_1 WHERE kind = 'debit' LIMIT 1
"""
CANCELLED_TWICE = """
INSERT INTO transfers (authority_id, transfer_id, kind, envelope_id, wallet_id, partner_id, category, amount_cents,
                       cancels, occurred_at, business_day, rulebook_hash, account_id, device, season_no)
SELECT authority_id, gen_random_uuid(), kind, envelope_id, wallet_id, partner_id, category, amount_cents, cancels,
       occurred_at, business_day, rulebook_hash, account_id, device, season_no
FROM transfers WHERE kind = 'cancel'
"""
VERSION_TWICE = """
INSERT INTO entries (authority_id, transfer_id, account_kind, account_id, amount_cents, balance_before_cents,
                     balance_after_cents, account_version, season_no)
SELECT authority_id, gen_random_uuid(), account_kind, account_id, amount_cents, balance_before_cents,
       balance_after_cents, account_version, season_no
FROM entries WHERE account_kind = 'wallet'
"""


def test_a_season_is_opened_while_a_debit_is_under_way(stage: Stage) -> None:
    """Neither waits for the other: the debit's transaction is open before, during and after."""
    stage.paid()
    with stage.parts.platform.database.engine.connect() as writer:
        writer.execute(sa.text("SET lock_timeout = '1s'"))
        debit = sa.text(COPIED_DEBIT)
        writer.execute(debit)
        chief = stage.staff("administration")
        stage.call("OpenSeason", seasons_pb2.OpenSeasonRequest(scheme=BOOKS, season=SEASON), chief)
        writer.execute(debit)
        writer.rollback()
    assert _held(stage)


def test_a_new_partition_is_append_only_and_keeps_every_key(stage: Stage) -> None:
    """A debit is cancelled once, an account has each version once, whatever partition the rows are in."""
    _, cinema, cashier, receipt = stage.paid()
    stage.call("CancelDebit", stage.cancel_request(cinema, receipt.debit_id), cashier)
    for statement in (CANCELLED_TWICE, VERSION_TWICE):
        with pytest.raises(sqlalchemy.exc.IntegrityError, match="duplicate key"):
            _run(stage, statement)
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="append-only"):
        _run(stage, "DELETE FROM ledger.entries_1")


def test_what_yesterdays_code_writes_is_found_and_settled(stage: Stage) -> None:
    """It says no season: the default partition takes it, verify tells, and `seasons settle` puts it in its place."""
    stage.paid()
    with append_only_lifted(stage.parts.platform.database) as session:
        for table in (transfers, entries):
            session.execute(sa.update(table).values(season_no=0))
    assert set(_counts(stage)) == {"ledger.transfers_unplaced"}
    assert not verify(stage.parts, AUTHORITY_ID).held
    with stage.parts.platform.database.transaction() as session:
        seasons.add_partitions(stage.work(session), 1)
    assert set(_counts(stage)) == {"ledger.transfers_1"}
    assert _held(stage)
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="append-only"):
        _run(stage, "DELETE FROM ledger.transfers_unplaced")


def test_the_migration_keeps_what_was_written_before_it(stage: Stage, wallet_database: Database) -> None:
    """Every row and column of a ledger of before is there afterwards, in its season's partition; and down again."""
    _, cinema, cashier, receipt = stage.paid()
    stage.call("CancelDebit", stage.cancel_request(cinema, receipt.debit_id), cashier)
    stage.open_season(BOOKS)
    before = {table: _without_season(stage, table) for table in ("transfers", "entries")}
    config = alembic_config(STORE, "")
    with wallet_database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
        assert {table: _plain(connection, table) for table in before} == before
        connection.commit()
        command.upgrade(config, "head")
    assert {table: _without_season(stage, table) for table in before} == before
    assert set(_counts(stage)) == {"ledger.transfers_1", "ledger.transfers_2"}
    assert _held(stage)
    stage.clock.forward(days=1)
    stage.play_due()
    assert len(stage.rows("day_seals")) == 1
    assert _held(stage)


def _without_season(stage: Stage, table: str) -> list[str]:
    with stage.parts.platform.database.transaction() as session:
        return _plain(session.connection(), table)


def _plain(connection: sa.Connection, table: str) -> list[str]:
    rows = connection.execute(sa.text(f"SELECT (to_jsonb(t) - 'season_no')::text FROM {table} t ORDER BY 1"))  # noqa: S608
    return list(rows.scalars())


@pytest.fixture
def finished(stage: Stage) -> Iterator[Stage]:
    """A season that was played to its end, with nothing open any more; the next scheme's season goes on."""
    _, cinema, cashier, receipt = stage.paid()
    stage.call("Debit", stage.debit_request(cinema, 300, code=stage.code(stage.member())), cashier)
    stage.call("CancelDebit", stage.cancel_request(cinema, receipt.debit_id), cashier)
    stage.open_season(BOOKS)
    yield stage
    for table in ("transfers", "entries"):
        _run(stage, f"DROP TABLE IF EXISTS ledger.{table}_1")
        _run(stage, f"ALTER TABLE ledger.{table}_unplaced DROP CONSTRAINT IF EXISTS without_1")


def _play(stage: Stage) -> None:
    stage.clock.instant = datetime(2026, 8, 1, tzinfo=UTC)
    while any(job.done_at is None and job.due_at <= stage.clock.instant for job in stage.rows("jobs")):
        stage.play_due()


def _play_to_the_end(stage: Stage) -> None:
    _play(stage)
    stage.call("CountDay", movements_pb2.CountDayRequest(day="2025-10-04"), service="payout")


def _act(stage: Stage, *arguments: Any) -> None:
    act, *more = arguments
    with stage.parts.platform.database.transaction() as session:
        act(stage.work(session), *more, CULTURE, SEASON)


def test_a_season_is_not_closed_while_anything_of_it_is_open(finished: Stage) -> None:
    """Each thing that is open is told; what was never opened or not sealed is not detached."""
    with pytest.raises(SeasonNotClosed) as refused:
        _act(finished, closings.seal, KEY)
    told = str(refused.value)
    for reason in ("wallets with money", "memberships", "jobs", "payout has not counted", "days that are not sealed"):
        assert reason in told
    with pytest.raises(SeasonNotClosed, match="not sealed yet"):
        _act(finished, closings.detach)
    _play(finished)
    with pytest.raises(
        SeasonNotClosed, match="still open: 1 days with partners' movements that payout has not counted"
    ):
        _act(finished, closings.seal, KEY)


def test_a_detached_season_leaves_its_closing_balances_and_a_ledger_that_holds(finished: Stage) -> None:
    """Envelopes show what they closed with, verify holds on the rest, and nothing is written to it any more."""
    key = finished.parts.request_key
    _play_to_the_end(finished)
    chief = finished.staff("administration")

    def envelopes() -> list[Any]:
        return list(finished.call("ListEnvelopes", seasons_pb2.ListEnvelopesRequest(), chief).envelopes)

    before, exported = envelopes(), _exported(finished)
    _act(finished, closings.seal, key)
    assert _held(finished)
    _act(finished, closings.detach)
    assert envelopes() == before
    assert _exported(finished) == exported
    assert len(exported) == 2
    assert set(_counts(finished)) == {"ledger.transfers_2"}
    (closing,) = finished.rows("detached_seasons")
    assert (closing.sums["partner"], sum(closing.sums.values())) == (300, 0)
    assert _run(finished, "SELECT count(*) FROM ledger.transfers_1").scalar() == closing.transfers
    assert _held(finished)
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="without_1"):
        _run(finished, "INSERT INTO transfers SELECT * FROM ledger.transfers_1 LIMIT 1")
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="append-only"):
        _run(finished, "DELETE FROM ledger.transfers_1")
    finished.clock.forward(days=1)
    finished.play_due()
    assert _held(finished)


def test_a_dropped_season_is_told_by_its_partners_sums_alone(finished: Stage) -> None:
    """Its debits cannot be exported any more; its sealed days go on saying what each partner was paid."""
    _play_to_the_end(finished)
    _act(finished, closings.seal, finished.parts.request_key)
    _act(finished, closings.detach)
    assert _dropped(finished) == []
    debits = _exported(finished)
    _run(finished, "DROP TABLE ledger.entries_1")
    _run(finished, "DROP TABLE ledger.transfers_1")
    (told,) = _dropped(finished)
    assert (told["season"], told["sum_cents"]) == (f"{AUTHORITY_ID}/{CULTURE}/{SEASON}", 300)
    assert told["partner_id"] in {debit["partner_id"] for debit in debits}
    assert len(_exported(finished)) < len(debits)


def _dropped(stage: Stage) -> list[dict[str, object]]:
    with stage.parts.platform.database.transaction() as session:
        return list(listings.dropped_seasons(session))


def _exported(stage: Stage) -> list[dict[str, object]]:
    """What is held against payout's account."""
    with stage.parts.platform.database.transaction() as session:
        return list(listings.debits(session))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE detached_seasons SET sums = jsonb_set(sums, '{partner}', '0')", "is not that of its sealed days"),
        ("UPDATE detached_seasons SET mac = sha256(mac)", "was not made by this service"),
        ("UPDATE seal_totals SET amount_cents = amount_cents + 1 WHERE season_no = 1", "its sums are not those"),
    ],
)
def test_a_changed_closing_is_named(finished: Stage, statement: str, told: str) -> None:
    """What is left of a detached season proves itself by its seals."""
    _play_to_the_end(finished)
    _act(finished, closings.seal, finished.parts.request_key)
    _act(finished, closings.detach)
    with append_only_lifted(finished.parts.platform.database) as session:
        session.execute(sa.text(statement))
    broken = {f.check: f.detail for f in verify(finished.parts, AUTHORITY_ID).findings if not f.held}
    assert told in broken["a detached season closed with the balances of its sealed days"]


def test_an_operator_closes_a_season_from_the_command_line(finished: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Listed with what keeps it open, refused with exit code 1, then sealed, detached and listed as such."""
    assert _ctl("seasons", "seal", AUTHORITY_ID, CULTURE, SEASON) == 1
    assert "wallets with money" in capsys.readouterr().err
    _play_to_the_end(finished)
    for act in ("seal", "detach"):
        assert _ctl("seasons", act, AUTHORITY_ID, CULTURE, SEASON) == 0
    assert "ledger.transfers_1" in capsys.readouterr().out
    assert _ctl("seasons", "list", "--json") == 0
    listed = {line["scheme"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert listed[CULTURE]["detached_at"]
    assert "memberships" not in str(listed[BOOKS]["open"])
    assert _ctl("seals", "--json") == 0
    days = [json.loads(line)["day"] for line in capsys.readouterr().out.splitlines()]
    assert days[0] == "2025-10-04"
    assert _ctl("verify", "--json", "--since", days[-1]) == 0
    assert json.loads(capsys.readouterr().out)["held"]


def _ctl(*arguments: str) -> int:
    return ctl.main(read("wallet", Environment(dict(os.environ))), arguments)
