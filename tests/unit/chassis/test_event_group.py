"""Events that arrive side by side share a transaction, and nobody pays for a neighbour's fault."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

from chassis.errors import Operational
from chassis.event_group import LIMIT, EventGroup
from chassis.events import Event


def _event(subject: str) -> Event:
    return Event(uuid.uuid4(), "wallet", "happened", "normandie", subject, 1, datetime.now(UTC), "", {})


class Commits:
    """Keeps what was committed together; the first commit waits until the test lets it go."""

    def __init__(self, *failing: str, error: type[Exception] = ValueError) -> None:
        self.groups: list[list[str]] = []
        self.first_began = threading.Event()
        self.first_may_end = threading.Event()
        self._failing = failing
        self._error = error

    def __call__(self, events: Sequence[Event]) -> None:
        subjects = [event.subject for event in events]
        if not self.first_began.is_set():
            self.first_began.set()
            assert self.first_may_end.wait(10)
        for subject in subjects:
            if subject in self._failing:
                raise self._error(subject)
        self.groups.append(subjects)


def _together(commits: Commits, subjects: Sequence[str]) -> dict[str, Future[None]]:
    """One event first; while it is committed all others arrive, in this order."""
    group = EventGroup(commits)
    with ThreadPoolExecutor(len(subjects) + 1) as pool:
        pool.submit(group.handle, _event("first"))
        assert commits.first_began.wait(10)
        answers = {}
        for number, subject in enumerate(subjects, start=1):
            answers[subject] = pool.submit(group.handle, _event(subject))
            while len(group.waiting) < number:
                threading.Event().wait(0.001)
        commits.first_may_end.set()
    return answers


def test_what_arrives_during_a_commit_goes_together_in_the_next() -> None:
    """Three events that came while the first was committed: one commit for all three, in order of arrival."""
    commits = Commits()
    _together(commits, ["a", "b", "c"])
    assert commits.groups == [["first"], ["a", "b", "c"]]


def test_a_group_is_bounded_and_nobody_is_left() -> None:
    """More than a group holds: the rest goes in the group after it, led by one of them."""
    commits = Commits()
    subjects = [str(number) for number in range(LIMIT + 3)]
    _together(commits, subjects)
    assert commits.groups == [["first"], subjects[:LIMIT], subjects[LIMIT:]]


def test_an_event_that_fails_fails_alone() -> None:
    """The bad one's error is raised to its own message; its neighbours are committed, each once."""
    commits = Commits("bad")
    answers = _together(commits, ["a", "bad", "c"])
    assert isinstance(answers["bad"].exception(), ValueError)
    assert [answers[name].exception() for name in ("a", "c")] == [None, None]
    assert commits.groups == [["first"], ["a"], ["c"]]


def test_with_the_database_away_nobody_waits_for_a_time_out_each() -> None:
    """The first that meets it tells the others: all of them wait outside, and come again."""
    commits = Commits("a", "b", "c", error=Operational)
    answers = _together(commits, ["a", "b", "c"])
    assert {type(answer.exception()) for answer in answers.values()} == {Operational}
    assert {str(answer.exception()) for answer in answers.values()} == {"a"}


def test_many_rivals_are_each_committed_once() -> None:
    """Leadership passes from one to the next without a gap: every event is committed, none twice."""
    commits = Commits()
    commits.first_may_end.set()
    group = EventGroup(commits)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(group.handle, (_event(str(number)) for number in range(800))))
    told = [subject for subjects in commits.groups for subject in subjects]
    assert sorted(map(int, told)) == list(range(800))
