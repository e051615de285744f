"""Rows in PostgreSQL's own text: whatever a value holds comes back as it was, and errors are those of any statement."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import sqlalchemy.exc

from chassis.database import Database
from services.wallet.domain.ledger import TransferKind
from services.wallet.store import many_rows

_TEXTS = (
    *("plain", "", r"\N", "NULL", "a\tb", "a\nb\r\nc", "a\\b", r"\."),
    *('"quoted"', "{a,b}", "l'été à 5 €", "\u202eabc", " "),
)
_TABLE = """
CREATE TEMP TABLE odd (number bigint, id uuid, text text, bytes bytea, document jsonb, instant timestamptz, day date,
                       PRIMARY KEY (number))
"""
_NAMES = "number, id, text, bytes, document, instant, day"


@pytest.fixture
def connection(wallet_database: Database) -> Iterator[sa.Connection]:
    with wallet_database.engine.connect() as connection:
        transaction = connection.begin()
        many_rows.run(connection, _TABLE, ())
        yield connection
        transaction.rollback()


def _rows() -> list[tuple[object, ...]]:
    instant = datetime(2025, 10, 26, 0, 30, 0, 123456, tzinfo=UTC)
    return [
        (number, uuid.uuid4(), text, text.encode(), {"said": text, "nothing": None}, instant, date(2024, 2, 29))
        for number, text in enumerate(_TEXTS)
    ]


def test_what_is_copied_is_read_as_it_was(connection: sa.Connection) -> None:
    """Tabs, line ends, backslashes and what looks like a null are texts like others."""
    rows = [*_rows(), (len(_TEXTS), None, None, None, None, None, None)]
    many_rows.copy(connection, "odd", _NAMES, rows)
    assert [tuple(row) for row in many_rows.fetch(connection, "SELECT * FROM odd ORDER BY number", ())] == rows


def test_what_is_looked_up_is_found_as_it_is(connection: sa.Connection) -> None:
    """Quotes, braces and commas of a text are no part of the array around it."""
    wanted = [(number, made, text, raw) for number, made, text, raw, *_ in _rows()] + [(99, None, None, None)]
    statement = "SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::bytea[]) AS w(number, id, text, bytes)"
    found = many_rows.fetch(connection, statement, many_rows.columns(wanted))
    assert [tuple(row) for row in found] == wanted


def test_a_name_of_an_enumeration_is_its_text(connection: sa.Connection) -> None:
    """Beside plain texts too, copied or looked up."""
    rows = [(1, TransferKind.DEBIT), (2, "debit")]
    many_rows.copy(connection, "odd", "number, text", rows)
    statement = (
        "SELECT o.number FROM odd o JOIN unnest(%s::bigint[], %s::text[]) AS w(number, text) USING (number, text)"
    )
    assert len(many_rows.fetch(connection, statement, many_rows.columns(rows))) == 2


def test_no_row_is_no_statement(connection: sa.Connection) -> None:
    many_rows.copy(connection, "a table that is nowhere", _NAMES, [])
    assert many_rows.fetch(connection, "SELECT 1 FROM odd", ()) == []


def test_a_row_that_breaks_a_rule_is_an_integrity_error(connection: sa.Connection) -> None:
    """Who runs a group again one by one knows it by its class, as after any statement."""
    row = _rows()[0]
    with pytest.raises(sqlalchemy.exc.IntegrityError) as told:
        many_rows.copy(connection, "odd", _NAMES, [row, row])
    assert not told.value.connection_invalidated


def test_a_lost_connection_is_told_as_lost(wallet_database: Database) -> None:
    """So that its owner drops it, and does not ask it again."""
    with wallet_database.engine.connect() as connection, wallet_database.engine.connect() as other:
        pid = many_rows.fetch(connection, "SELECT pg_backend_pid() AS pid", ())[0].pid
        many_rows.run(other, "SELECT pg_terminate_backend(%s)", (pid,))
        with pytest.raises(sqlalchemy.exc.DBAPIError) as told:
            many_rows.fetch(connection, "SELECT 1", ())
        assert told.value.connection_invalidated
        connection.invalidate()
