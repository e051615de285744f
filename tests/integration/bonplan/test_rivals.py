"""Many at once: rules that hold between rivals, on the real database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from atouts.bonplan.v1 import offers_pb2

from chassis.grpc_client import PeerRefused
from tests.integration.bonplan.stage import AFTER, CLOSES, Person, Stage

Act = Callable[[], Any]


def at_once(*acts: Act) -> list[str]:
    """What each was answered, in order: "done" or the reason of a refusal."""
    barrier = Barrier(len(acts))

    def run(act: Act) -> str:
        barrier.wait()
        try:
            act()
        except PeerRefused as refusal:
            return refusal.reason
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _registering(stage: Stage, offer_id: str, person: Person) -> Act:
    return lambda: stage.register(offer_id, person)


def _withdrawing(stage: Stage, offer_id: str, person: Person) -> Act:
    return lambda: stage.withdraw(offer_id, person)


def _held(stage: Stage) -> bool:
    verified = stage.verify()
    assert verified.held, [finding for finding in verified.findings if not finding.held]
    return True


def test_forty_who_want_three_seats_at_once_are_three_winners(stage: Stage) -> None:
    """37 are told that the offer is full; each winner has a code of their own."""
    offer_id = stage.published(places=3)
    people = [stage.member() for _ in range(40)]
    answers = Counter(at_once(*(_registering(stage, offer_id, person) for person in people)))
    assert answers == {"done": 3, "offer_full": 37}
    assert stage.see(offer_id).places_left == 0
    assert len({each.attendance_code for each in stage.registrants(offer_id)}) == 3
    assert len(stage.facts("place_won")) == 3
    assert _held(stage)


def test_a_person_who_sends_ten_requests_at_once_has_one_place(stage: Stage) -> None:
    offer_id, person = stage.published(places=3), stage.member()
    answers = Counter(at_once(*[_registering(stage, offer_id, person)] * 10))
    assert answers == {"done": 1, "already_registered": 9}
    assert stage.see(offer_id).places_left == 2


def test_a_person_who_sends_ten_requests_at_once_takes_part_in_a_draw_once(stage: Stage) -> None:
    """Nobody waits for another's lock there: the key of the row decides."""
    offer_id, person = stage.published_draw(), stage.member()
    answers = Counter(at_once(*[_registering(stage, offer_id, person)] * 10))
    assert answers == {"done": 1, "already_registered": 9}
    assert len(stage.facts("registration_confirmed")) == 1


def test_a_registration_that_races_with_the_closing_counts_or_is_refused(stage: Stage) -> None:
    """At the last instant: whoever was told "done" is among the registrants of the closed offer."""
    offer_id = stage.published(places=20)
    people = [stage.member() for _ in range(12)]
    stage.clock.instant = CLOSES

    def close() -> None:
        stage.move_to(AFTER)

    answers = at_once(*(_registering(stage, offer_id, person) for person in people), close)[:-1]
    assert set(answers) <= {"done", "registration_closed"}
    stage.play_due()
    assert stage.see(offer_id).state == offers_pb2.OFFER_STATE_CLOSED
    assert len(stage.registrants(offer_id)) == answers.count("done")
    assert _held(stage)


def test_a_registration_that_races_with_the_draw_takes_part_or_is_refused(stage: Stage) -> None:
    """Nobody is told "registered" and left out; nobody wins who was refused."""
    offer_id = stage.published_draw(places=2)
    people = [stage.member() for _ in range(12)]
    stage.register(offer_id, people[0])
    stage.clock.instant = CLOSES

    def draw() -> None:
        stage.clock.instant = AFTER
        stage.run_draw(offer_id)

    answers = at_once(*(_registering(stage, offer_id, person) for person in people[1:]), draw)
    assert answers[-1] == "done"
    assert set(answers) <= {"done", "registration_closed"}
    took_part = stage.run_draw(offer_id).registration_ids
    assert len(took_part) == 1 + answers[:-1].count("done")
    assert _held(stage)


def test_two_who_run_the_draw_at_once_get_the_same_one(stage: Stage) -> None:
    offer_id = stage.published_draw(places=2)
    for _ in range(5):
        stage.register(offer_id, stage.member())
    stage.move_to(AFTER)
    drawn: list[Any] = []
    assert at_once(*[lambda: drawn.append(stage.run_draw(offer_id))] * 6) == ["done"] * 6
    assert len({tuple(draw.winner_ids) for draw in drawn}) == 1
    assert len(stage.facts("draw_completed")) == 1


def test_withdrawals_that_race_with_registrations_lose_and_double_no_seat(stage: Stage) -> None:
    """However it ends, seats taken and seats left add up, and no more than three have one."""
    offer_id = stage.published(places=3)
    holders = [stage.member() for _ in range(3)]
    for person in holders:
        stage.register(offer_id, person)
    newcomers = [stage.member() for _ in range(9)]
    leaving = [_withdrawing(stage, offer_id, person) for person in holders]
    coming = [_registering(stage, offer_id, person) for person in newcomers]
    answers = at_once(*leaving, *coming)
    assert answers[:3] == ["done"] * 3
    came = answers[3:].count("done")
    assert set(answers[3:]) <= {"done", "offer_full"}
    assert stage.see(offer_id).places_left == 3 - came
    assert len(stage.registrants(offer_id)) == came
    assert _held(stage)


def test_one_person_leaving_ten_times_at_once_gives_one_seat_back(stage: Stage) -> None:
    offer_id, person = stage.published(), stage.member()
    stage.register(offer_id, person)
    answers = Counter(at_once(*[_withdrawing(stage, offer_id, person)] * 10))
    assert answers == {"done": 1, "not_registered": 9}
    assert stage.see(offer_id).places_left == 3


def test_two_moderators_who_decide_at_once_decide_once(stage: Stage) -> None:
    offer_id = stage.submit().offer_id

    def reject() -> None:
        stage.moderate(offer_id, accept=False, reason="Hors sujet.", by=stage.author)

    answers = sorted(at_once(lambda: stage.moderate(offer_id), reject))
    assert answers == ["already_moderated", "done"]


def test_one_key_sent_five_times_at_once_makes_one_offer(stage: Stage) -> None:
    made: list[str] = []
    assert at_once(*[lambda: made.append(stage.submit(key="once").offer_id)] * 5) == ["done"] * 5
    assert len(set(made)) == 1
