"""Drawing again: an honest draw has no fault, and each way to cheat is named."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from demo.draw_check import METHOD, DrawCheck, drawn, registrations_hash

SEED = bytes(range(32))
IDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(8)]
PLACES = 3


def an_honest_draw() -> DrawCheck:
    commitment = hashlib.sha256(SEED).hexdigest()
    published = {
        "method": METHOD,
        "seed": SEED.hex(),
        "seed_commitment": commitment,
        "registrations_hash": registrations_hash(IDS),
        "registration_ids": IDS,
        "winner_ids": drawn(SEED, IDS, PLACES),
    }
    return DrawCheck(commitment, PLACES, frozenset(IDS), published)


def test_an_honest_draw_has_no_fault() -> None:
    assert an_honest_draw().faults == ()


def test_the_order_in_which_people_are_listed_changes_no_winner() -> None:
    assert drawn(SEED, reversed(IDS), PLACES) == drawn(SEED, IDS, PLACES)


def test_there_are_as_many_winners_as_places_or_as_registrants() -> None:
    assert len(drawn(SEED, IDS, PLACES)) == PLACES
    assert len(drawn(SEED, IDS[:2], PLACES)) == 2
    assert drawn(SEED, [], PLACES) == []


@pytest.mark.parametrize(
    ("published", "fault"),
    [
        ({"method": "roulette/v1"}, "another method"),
        ({"seed_commitment": "0" * 64}, "the commitment changed"),
        ({"seed": bytes(32).hex()}, "another seed than the one committed to"),
        ({"registration_ids": IDS[1:]}, "others took part than those who registered"),
        ({"registrations_hash": "0" * 64}, "the registrations' hash is wrong"),
        ({"winner_ids": IDS[:PLACES]}, "other winners"),
    ],
)
def test_each_way_to_cheat_is_named(published: dict[str, Any], fault: str) -> None:
    honest = an_honest_draw()
    assert fault in replace(honest, published={**honest.published, **published}).faults


def test_a_seed_changed_together_with_its_commitment_is_found_by_the_one_that_was_noted_before() -> None:
    honest = an_honest_draw()
    other = bytes(32)
    forged = {
        **honest.published,
        "seed": other.hex(),
        "seed_commitment": hashlib.sha256(other).hexdigest(),
        "winner_ids": drawn(other, IDS, PLACES),
    }
    assert set(replace(honest, published=forged).faults) == {
        "the commitment changed",
        "another seed than the one committed to",
    }
