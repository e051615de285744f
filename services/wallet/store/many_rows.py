"""Many rows at once, in PostgreSQL's own text: as arrays for what is looked up, by COPY for what is added.

Statements go to psycopg directly, in the transaction of the SQLAlchemy connection that is handed in; errors are raised
as SQLAlchemy raises them. *Measured*, a group of 64 debits: rows as one JSON parameter cost PostgreSQL half as much
again as COPY, psycopg dumps arrays value by value in Python, and SQLAlchemy's own share of a statement is as large as
psycopg's (docs/decisions/0131).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
import sqlalchemy.exc
from psycopg.rows import namedtuple_row

Row = Sequence[object]

_NULL = r"\N"
# COPY's text: what ends a value or a row, and what begins an escape.
_COPY_UNSAFE = re.compile(r"[\\\t\n\r]")
_COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_ARRAY_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\""})


def columns(rows: Iterable[Row]) -> list[str]:
    """The rows as one array a column, for `unnest(%s::text[], …)`; at least one row."""
    return ["{" + ",".join(map(_element, column)) + "}" for column in zip(*rows, strict=True)]


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
    text = "".join(["\t".join(map(_copied, row)) + "\n" for row in rows])
    if not text:
        return
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


def _copied(value: object) -> str:
    if isinstance(value, str):
        return value.translate(_COPY_ESCAPES) if _COPY_UNSAFE.search(value) else value
    return _NULL if value is None else _TEXT[type(value)](value).replace("\\", r"\\")


def _element(value: object) -> str:
    if isinstance(value, str):
        return f'"{value.translate(_ARRAY_ESCAPES)}"'
    if value is None:
        return "NULL"
    text = _TEXT[type(value)](value)
    return text if type(value) in _BARE else f'"{text.translate(_ARRAY_ESCAPES)}"'


def _hex(value: Any) -> str:
    return f"\\x{value.hex()}"


@lru_cache(maxsize=64)  # a group's rows have one instant and one day
def _iso(value: Any) -> str:
    return str(value.isoformat())


def _id(value: Any) -> str:
    return f"{value.int:032x}"


_TEXT: dict[type, Callable[[Any], str]] = {
    int: str,
    bool: str,
    UUID: _id,
    datetime: _iso,
    date: _iso,
    bytes: _hex,
    dict: json.dumps,
}
_BARE = frozenset({int, bool, UUID})  # need no quotes in an array
