"""The queue of debits: groups, failures that stay one's own, outcomes that are looked up and not guessed."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, cast

import psycopg.errors
import pytest
import sqlalchemy.exc

from chassis.database import Database
from chassis.errors import Operational
from services.wallet.application.debit_group import DebitAnswer, DebitGroup
from services.wallet.application.debit_queue import DebitQueue
from services.wallet.domain.debit import DebitWallet
from services.wallet.domain.errors import UnknownBenefit

Answer = Callable[[Sequence[DebitWallet]], list[DebitAnswer]]


class FakeConnection:
    @contextmanager
    def begin(self) -> Iterator[None]:
        yield

    def exec_driver_sql(self, _setting: str) -> None:
        """Nothing is planned."""

    def invalidate(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


class FakeDatabase:
    """Gives connections, counted."""

    def __init__(self) -> None:
        self.engine = self
        self.connected = 0

    def connect(self) -> FakeConnection:
        self.connected += 1
        return FakeConnection()


class FakeGroup:
    """Answers as it is told, and remembers the groups."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.groups: list[list[str]] = []

    def run(self, _connection: Any, orders: Sequence[DebitWallet]) -> list[DebitAnswer]:
        self.groups.append([order.key for order in orders])
        return self._answer(orders)


def _order(key: str) -> DebitWallet:
    return DebitWallet("a", "b", uuid.UUID(int=1), key, b"", "s", "s", "b", 1, "", None)


def _refusals(orders: Sequence[DebitWallet]) -> list[DebitAnswer]:
    return [DebitAnswer(UnknownBenefit(order.key)) for order in orders]


def _run(answer: Answer, keys: Sequence[str]) -> tuple[FakeGroup, FakeDatabase, dict[str, Any]]:
    """Submit all keys while the first group is under way; answers or errors by key."""
    group, database = FakeGroup(answer), FakeDatabase()
    debits = DebitQueue(cast(Database, database), cast(DebitGroup, group))

    def submit(key: str) -> Any:
        try:
            return debits.submit(_order(key), 5)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(keys)) as pool:
        waiting = {key: pool.submit(submit, key) for key in keys}
        while debits.waiting < len(keys):
            threading.Event().wait(0.001)
        debits.start()
        answers = {key: future.result() for key, future in waiting.items()}
    debits.stop()
    return group, database, answers


KEYS = [f"key-{number}" for number in range(20)]


def test_what_waits_goes_together_and_each_gets_its_own_answer() -> None:
    """Twenty waiting debits are one or two groups, not twenty."""
    group, _, answers = _run(_refusals, KEYS)
    assert len(group.groups) <= 2
    assert {key: answer.result.benefit for key, answer in answers.items()} == {key: key for key in KEYS}


def test_one_bad_order_never_fails_its_neighbours() -> None:
    """A group that fails is run again one by one: only the bad order gets the error."""

    def answer(orders: Sequence[DebitWallet]) -> list[DebitAnswer]:
        if any(order.key == "key-3" for order in orders):
            raise ValueError("a bug that this order alone brings out")
        return _refusals(orders)

    _, _, answers = _run(answer, KEYS)
    failed = [key for key, result in answers.items() if isinstance(result, Exception)]
    assert failed == ["key-3"]


def test_with_the_database_away_everybody_hears_it_at_once() -> None:
    """One order is tried alone; the others are not made to wait for a time-out each."""

    def answer(_orders: Sequence[DebitWallet]) -> list[DebitAnswer]:
        lost = sqlalchemy.exc.OperationalError("COMMIT", {}, Exception("connection lost"))
        lost.connection_invalidated = True
        raise lost

    group, database, answers = _run(answer, KEYS)
    assert all(isinstance(result, sqlalchemy.exc.OperationalError) for result in answers.values())
    assert len(group.groups) <= 4
    assert database.connected == len(group.groups)


def test_a_rivals_commit_is_looked_up_again() -> None:
    """The key's unique row was written by a commit that seemed lost: the second look finds its answer."""
    tries: list[str] = []

    def answer(orders: Sequence[DebitWallet]) -> list[DebitAnswer]:
        tries.append("group" if len(orders) > 1 else orders[0].key)
        if len(tries) < 3:
            raise sqlalchemy.exc.IntegrityError("INSERT", {}, psycopg.errors.UniqueViolation())
        return [DebitAnswer(UnknownBenefit(order.key), replayed=True) for order in orders]

    _, _, answers = _run(answer, ["one"])
    assert answers["one"].replayed
    assert tries == ["one", "one", "one"]


def test_an_order_whose_time_is_over_is_not_begun() -> None:
    """Nobody waits for its answer any more; the same key tells the outcome later: nothing happened."""
    group = FakeGroup(_refusals)
    debits = DebitQueue(cast(Database, FakeDatabase()), cast(DebitGroup, group))
    with pytest.raises(Operational):
        debits.submit(_order("late"), 0.001)
    debits.start()
    debits.stop()
    assert group.groups == []
