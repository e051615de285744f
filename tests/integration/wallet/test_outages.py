"""The database goes and comes back: debits in between are made once or told as unknown, never lost."""

from __future__ import annotations

import sqlalchemy as sa

from tests.integration.wallet.stage import Stage


def _end_writers(stage: Stage) -> int:
    """End every other connection of the service, as a restart does."""
    statement = sa.text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE usename = current_user AND pid <> pg_backend_pid() AND datname = current_database()"
    )
    with stage.parts.platform.database.transaction() as session:
        return int(session.execute(statement).scalar_one())


def test_a_writer_whose_connection_was_cut_writes_on_another(stage: Stage) -> None:
    """The next debits meet dead connections, and are made: each once."""
    stage.open_season()
    person, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    shown = stage.present(person, cinema, cashier).presentation_id
    for spent in (100, 200, 300):
        assert _end_writers(stage) >= 1
        request = stage.debit_request(cinema, 100, presentation_id=shown)
        first = stage.call("Debit", request, cashier)
        assert first.receipt.balance_cents == 2000 - spent
        assert stage.call("Debit", request, cashier).receipt == first.receipt
