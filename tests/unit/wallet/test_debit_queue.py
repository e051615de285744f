"""The queue of debits: groups, failures that stay one's own, outcomes that are looked up and not guessed."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import psycopg.errors
import pytest
import sqlalchemy.exc

from chassis.database import Database
from chassis.errors import Operational, Overloaded
from services.wallet.application.debit_group import DebitAnswer, DebitGroup
from services.wallet.application.debit_queue import HELD_LIMIT, DebitQueue
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
    return DebitWallet("a", "b", uuid.UUID(int=1), key, b"", "s", "s", "b", "", None, amount_cents=1)


def _refusals(orders: Sequence[DebitWallet]) -> list[DebitAnswer]:
    return [DebitAnswer(UnknownBenefit(order.key)) for order in orders]


def _run(answer: Answer, keys: Sequence[str]) -> tuple[FakeGroup, FakeDatabase, dict[str, Any]]:
    """Submit all keys while the first group is under way; answers or errors by key."""
    group, database = FakeGroup(answer), FakeDatabase()
    debits = DebitQueue(cast(Database, database), cast(DebitGroup, group))

    answers: dict[str, Any] = {}
    for key in keys:
        debits.submit(_order(key), 5, partial(answers.__setitem__, key))
    debits.start()
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
    told: list[object] = []
    debits.submit(_order("late"), 0, told.append)
    debits.start()
    debits.stop()
    assert [type(answer) for answer in told] == [Operational]
    assert group.groups == []


def test_past_capacity_an_order_is_refused_and_not_queued() -> None:
    """A replica holds what its next group takes: who comes then is told at once, and taken once there is room."""
    debits = DebitQueue(cast(Database, FakeDatabase()), cast(DebitGroup, FakeGroup(_refusals)))
    told: list[object] = []
    for number in range(HELD_LIMIT):
        debits.submit(_order(str(number)), 5, told.append)
    with pytest.raises(Overloaded):
        debits.submit(_order("one too many"), 5, told.append)
    with pytest.raises(Overloaded):
        debits.check_room()
    debits.start()
    while len(told) < HELD_LIMIT:
        threading.Event().wait(0.001)
    debits.submit(_order("there is room"), 5, told.append)
    debits.stop()
    assert len(told) == HELD_LIMIT + 1


def test_an_answer_that_cannot_be_given_fails_no_neighbour() -> None:
    """The writer outlives a caller whose answer breaks, and answers the others of its group."""
    debits = DebitQueue(cast(Database, FakeDatabase()), cast(DebitGroup, FakeGroup(_refusals)))
    told: list[object] = []

    def broken(_answer: object) -> None:
        raise ValueError("a bug of the door")

    debits.submit(_order("broken"), 5, broken)
    debits.submit(_order("whole"), 5, told.append)
    debits.start()
    debits.stop()
    assert len(told) == 1
