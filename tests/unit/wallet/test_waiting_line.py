"""The line in which debits wait: groups in order of arrival, and when a second writer begins."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack

import pytest

from services.wallet.application.waiting_line import WaitingLine


@pytest.fixture
def writers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def _taken(line: WaitingLine[int]) -> list[int]:
    with line.group() as items:
        return items


def _pending(future: Future[list[int]], for_s: float = 0.02) -> bool:
    return not wait([future], for_s).done


def test_groups_are_taken_in_order_of_arrival() -> None:
    """The first group holds those who came first, as many as a group may hold."""
    line: WaitingLine[int] = WaitingLine(3, 10)
    for number in range(5):
        line.join(number)
    assert [_taken(line), _taken(line)] == [[0, 1, 2], [3, 4]]


def test_without_room_nobody_joins() -> None:
    """Past capacity who comes is told so, and who waits keeps the place."""
    line: WaitingLine[int] = WaitingLine(2, 2)
    assert [line.join(number) for number in range(3)] == [True, True, False]
    assert _taken(line) == [0, 1]


def test_those_who_come_during_a_group_gather_for_the_next(writers: ThreadPoolExecutor) -> None:
    """A second writer does not take them one by one; at the group's end they go together."""
    line: WaitingLine[int] = WaitingLine(10, 10, patience_s=600)
    line.join(0)
    with line.group() as first:
        line.join(1)
        second = writers.submit(_taken, line)
        assert _pending(second)
        line.join(2)
    assert (first, second.result(10)) == ([0], [1, 2])


def test_a_second_writer_begins_when_a_whole_group_waits(writers: ThreadPoolExecutor) -> None:
    line: WaitingLine[int] = WaitingLine(2, 10, patience_s=600)
    line.join(0)
    with line.group():
        line.join(1)
        second = writers.submit(_taken, line)
        line.join(2)
        assert second.result(10) == [1, 2]


def test_a_second_writer_begins_when_the_first_is_held_up(writers: ThreadPoolExecutor) -> None:
    """A group that waits for a lock does not keep the others waiting."""
    line: WaitingLine[int] = WaitingLine(10, 10)
    line.join(0)
    with line.group():
        line.join(1)
        assert writers.submit(_taken, line).result(10) == [1]


def test_what_comes_in_one_message_goes_together(writers: ThreadPoolExecutor) -> None:
    """A writer that is idle waits for the last of the message; what joined on its own meanwhile goes with it."""
    line: WaitingLine[int] = WaitingLine(10, 10, patience_s=600)
    with line.arriving():
        line.join(0)
        taken = writers.submit(_taken, line)
        assert _pending(taken)
        line.join(1)
    assert taken.result(10) == [0, 1]


def test_a_whole_group_begins_while_its_message_arrives(writers: ThreadPoolExecutor) -> None:
    line: WaitingLine[int] = WaitingLine(2, 10, patience_s=600)
    with line.arriving():
        taken = writers.submit(_taken, line)
        line.join(0)
        line.join(1)
        assert taken.result(10) == [0, 1]


def test_a_closed_line_is_emptied_and_then_over(writers: ThreadPoolExecutor) -> None:
    """Who waits at the end is taken; then every writer is told that there is no more."""
    line: WaitingLine[int] = WaitingLine(10, 10)
    with ExitStack() as held:
        line.join(0)
        held.enter_context(line.group())
        line.join(1)
        line.close()
        writer = writers.submit(lambda: [_taken(line), _taken(line)])
    assert writer.result(10) == [[1], []]
