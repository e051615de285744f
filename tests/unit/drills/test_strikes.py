"""Faults come at the moments that the seed draws, each once, and what was not made is told."""

from __future__ import annotations

import threading

from drills.kills import drawn
from drills.outcome import reckon
from drills.strikes import Strike, Striker, moments, once


def test_one_seed_draws_the_same_moments_one_in_each_part() -> None:
    """A drill can be repeated; no fault is drawn on top of another."""
    drawn_moments = moments(5, 100.0, seed=7)
    assert drawn_moments == moments(5, 100.0, seed=7) != moments(5, 100.0, seed=8)
    assert [int(moment // 20) for moment in drawn_moments] == [0, 1, 2, 3, 4]


def test_every_process_is_killed_at_least_once() -> None:
    """Twenty kills of six processes: all six are among them, in order of time."""
    kills = drawn([f"process-{number}" for number in range(6)], 20, 60.0, seed=1)
    assert len(kills) == 20
    assert len({kill.process for kill in kills}) == 6
    assert [kill.after_s for kill in kills] == sorted(kill.after_s for kill in kills)


def test_strikes_are_made_in_order_and_counted() -> None:
    """Those that found what they were for count; one that found nothing is told as missing."""
    made: list[str] = []
    last = threading.Event()

    def note(what: str) -> Strike:
        return Strike(0.0, what, once(lambda: made.append(what)))

    def end(_stopping: threading.Event) -> bool:
        last.set()
        return False

    with Striker([note("first"), note("second"), Strike(0.0, "nothing", end)]) as striker:
        assert last.wait(10)
    assert made == ["first", "second"]
    assert striker.count == 2
    assert striker.broken() == ["1 of 3 faults were not made before the load ended"]


def test_a_load_that_ends_early_leaves_faults_unmade() -> None:
    """A drill whose faults did not happen proves nothing, and says so."""
    with Striker([Strike(3_600.0, "never", once(lambda: None))]) as striker:
        pass
    assert striker.broken() == ["1 of 1 faults were not made before the load ended"]


def test_lost_and_doubled_are_counted_from_the_clients_own_list() -> None:
    """Acknowledged and not shown is lost; shown without a key, shown twice or one id for two keys is doubled."""
    assert reckon({"a": "1", "b": "2"}, ["1", "2"]).clean
    assert reckon({"a": "1", "b": "2"}, ["1"]).lost == 1
    assert reckon({"a": "1"}, ["1", "1"]).duplicated == 1
    assert reckon({"a": "1"}, ["1", "2"]).duplicated == 1
    assert reckon({"a": "1", "b": "1"}, ["1"]).duplicated == 1
