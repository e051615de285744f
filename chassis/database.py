"""One service's database: an engine, and transactions committed in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa
import sqlalchemy.exc
from psycopg import errors as pg
from sqlalchemy.orm import Session

T = TypeVar("T")

STATEMENT_TIMEOUT_MS = 4_000  # below the RPC deadline, so that the database gives up before the caller does
_CONFLICT_RETRIES = 3


class Database:
    """Engine and sessions. `connections` is the most this process holds at once."""

    def __init__(self, url: str, connections: int, statement_timeout_ms: int = STATEMENT_TIMEOUT_MS) -> None:
        self.engine = sa.create_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=5,
            pool_pre_ping=True,
            hide_parameters=True,  # an error that is logged shows no value of a row
            connect_args={
                "connect_timeout": 3,
                "options": f"-c statement_timeout={statement_timeout_ms} -c timezone=UTC",
            },
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def run(self, act: Callable[[Session], T]) -> T:
        """Run `act` in a transaction of its own; a deadlock or a serialization failure runs it again."""
        for attempt in range(_CONFLICT_RETRIES):
            try:
                with self.transaction() as session:
                    return act(session)
            except sqlalchemy.exc.DBAPIError as error:
                if attempt + 1 == _CONFLICT_RETRIES or not _is_conflict(error):
                    raise
        raise AssertionError("unreachable")

    def has_any(self, question: sa.Executable, **values: object) -> bool:
        """Whether one statement finds a row, outside any transaction of ours.

        For what loops ask many times a second, almost always in vain: it costs one round trip instead of three.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return connection.execute(question, values).first() is not None

    def is_ready(self) -> bool:
        try:
            with self.engine.connect() as connection:
                return connection.execute(sa.text("SELECT 1")).scalar() == 1
        except sqlalchemy.exc.SQLAlchemyError:
            return False

    def close(self) -> None:
        self.engine.dispose()


def _is_conflict(error: sqlalchemy.exc.DBAPIError) -> bool:
    return isinstance(error.orig, pg.DeadlockDetected | pg.SerializationFailure)
