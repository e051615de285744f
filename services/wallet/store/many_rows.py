"""Many rows at once, in PostgreSQL's own text: as arrays for what is looked up and for a group's writes, by COPY for
pages.

Statements go to psycopg directly, in the transaction of the SQLAlchemy connection that is handed in; errors are raised
as SQLAlchemy raises them. *Measured*, a group of 64 debits: rows as one JSON parameter cost PostgreSQL half as much
again as COPY, psycopg dumps arrays value by value in Python, and SQLAlchemy's own share of a statement is as large as
psycopg's (docs/decisions/0131).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
import sqlalchemy.exc
from psycopg.rows import namedtuple_row

Row = Sequence[Any]

_NULL = r"\N"
# What ends a value or a row, and what begins an escape: in COPY's text, in an array.
_COPY_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}
_ARRAY_ESCAPES = {"\\": r"\\", '"': r"\""}
_to_json = json.JSONEncoder(check_circular=False).encode


class Added:
    """What rows of a table are made of. `columns`: names with their types, separated by commas."""

    def __init__(self, table: str, columns: str) -> None:
        pairs = [column.split() for column in columns.split(", ")]
        self.table = table
        self.names = ", ".join(name for name, _ in pairs)
        arrays = ", ".join(f"%s::{kind}[]" for _, kind in pairs)
        self.insert = f"INSERT INTO {table} ({self.names}) SELECT * FROM unnest({arrays})"  # noqa: S608 - our own names
        self._width = len(pairs)

    def arrays(self, rows: Sequence[Row]) -> list[str]:
        """What `insert` takes: one array a column."""
        return columns(rows) if rows else ["{}"] * self._width


def together(*statements: str) -> str:
    """Statements that write, as one: a round trip for all of them. None sees what another writes."""
    return "WITH " + ", ".join(f"w{number} AS ({each})" for number, each in enumerate(statements)) + " SELECT"


def columns(rows: Iterable[Row]) -> list[str]:
    """The rows as one array a column, for `unnest(%s::text[], …)`; at least one row."""
    return ["{" + ",".join(_elements(column)) + "}" for column in zip(*rows, strict=True)]


def fetch(connection: sa.Connection, statement: str, values: Sequence[object]) -> list[Any]:
    """The rows of one statement, each a named tuple. Raises what any statement raises."""
    with _as_any_statement(statement), _driver(connection).cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(statement, values).fetchall()


def run(connection: sa.Connection, statement: str, values: Sequence[object]) -> None:
    """One statement without rows. Raises what any statement raises."""
    with _as_any_statement(statement):
        _driver(connection).execute(statement, values)


def copy(connection: sa.Connection, table: str, names: str, rows: Iterable[Row]) -> None:
    """Add rows to a table. `names`: the columns, separated by commas; no row: nothing. Raises what any statement
    raises."""
    texts = [_copied(column) for column in zip(*rows, strict=True)]
    if not texts:
        return
    text = "".join(["\t".join(row) + "\n" for row in zip(*texts, strict=True)])
    statement = f"COPY {table} ({names}) FROM STDIN"
    with _as_any_statement(statement), _driver(connection).cursor() as cursor, cursor.copy(statement) as copying:
        copying.write(text)


def _driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    return driver


@contextmanager
def _as_any_statement(statement: str) -> Iterator[None]:
    """SQLAlchemy's DBAPIError around psycopg's error; one without a state is a connection that was lost."""
    try:
        yield
    except psycopg.Error as error:
        lost = error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
        raise sqlalchemy.exc.DBAPIError.instance(
            statement, None, error, psycopg.Error, connection_invalidated=lost
        ) from error


def _copied(column: Row) -> Row:
    """A column in COPY's text."""
    return _filled(column, _NULL, lambda kind, values: _escaped(_TEXTS[kind](values), _COPY_ESCAPES))


def _elements(column: Row) -> Row:
    """A column as elements of an array."""
    return _filled(column, "NULL", lambda kind, values: _array_text(kind, _TEXTS[kind](values)))


def _filled(column: Row, null: str, texts_of: Callable[[type, Row], Sequence[str]]) -> Sequence[str]:
    """Texts of a column's values, which are of one type, and `null` where there is none."""
    kinds = {str if issubclass(kind, str) else kind for kind in {*map(type, column)}}
    is_whole = type(None) not in kinds
    kinds.discard(type(None))
    if not kinds:
        return [null] * len(column)
    (kind,) = kinds
    if is_whole:
        return texts_of(kind, column)
    texts = iter(texts_of(kind, [value for value in column if value is not None]))
    return [null if value is None else next(texts) for value in column]


def _array_text(kind: type, texts: Sequence[str]) -> Sequence[str]:
    return texts if kind in _BARE else [f'"{text}"' for text in _escaped(texts, _ARRAY_ESCAPES)]


def _escaped(texts: Sequence[str], escapes: Mapping[str, str]) -> Sequence[str]:
    """One look at the whole column: next to none needs an escape."""
    whole = "".join(texts)
    for mark, escape in escapes.items():  # the backslash first
        if mark in whole:
            texts = [text.replace(mark, escape) for text in texts]
    return texts


def _iso(values: Sequence[Any]) -> list[str]:
    """A group's rows have few instants and days: each is written once."""
    texts = {value: value.isoformat() for value in set(values)}
    return [texts[value] for value in values]


# How values of one type are written; more than half of a group's are ids and amounts.
_TEXTS: dict[type, Callable[[Sequence[Any]], Sequence[str]]] = {
    str: lambda values: values,
    int: lambda values: list(map(str, values)),
    bool: lambda values: list(map(str, values)),
    UUID: lambda values: [value.int.to_bytes(16).hex() for value in values],
    datetime: _iso,
    date: _iso,
    bytes: lambda values: [f"\\x{value.hex()}" for value in values],
    dict: lambda values: list(map(_to_json, values)),
}
_BARE = frozenset({int, bool, UUID})  # need no quotes in an array
