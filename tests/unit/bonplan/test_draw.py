"""The draw, as a pure function of a seed and of who took part."""

from __future__ import annotations

import hashlib
import hmac
import random
import uuid
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.bonplan.domain.attendance import ALPHABET, LENGTH, new_code, new_codes
from services.bonplan.domain.draw import METHOD, SEED_BYTES, commitment, draw, hash_of

SEEDS = st.binary(min_size=SEED_BYTES, max_size=SEED_BYTES)
IDS = st.lists(st.uuids().map(str), unique=True, max_size=60)
PLACES = st.integers(1, 70)
_HASH = "cf1557f022c221dffdc3b1863a0c7b0e06201409d1114c08c836166bd56ef652"
_WINNERS = (
    "00000000-0000-0000-0000-000000000003",
    "00000000-0000-0000-0000-000000000002",
)


@given(SEEDS, IDS, PLACES)
def test_as_many_win_as_there_are_places_or_registrants_and_each_took_part(
    seed: bytes, ids: list[str], places: int
) -> None:
    """Nobody twice."""
    outcome = draw(seed, ids, places)
    assert len(outcome.winners) == len(set(outcome.winners)) == min(places, len(ids))
    assert set(outcome.winners) <= set(outcome.took_part) == set(ids)


@given(SEEDS, IDS, PLACES, st.randoms())
def test_the_order_in_which_rows_come_changes_nothing(
    seed: bytes, ids: list[str], places: int, shuffling: random.Random
) -> None:
    shuffled = list(ids)
    shuffling.shuffle(shuffled)
    assert draw(seed, shuffled, places) == draw(seed, ids, places)


@given(SEEDS, IDS, PLACES)
def test_anybody_draws_again_with_a_few_lines(seed: bytes, ids: list[str], places: int) -> None:
    """Written as the README tells it, without the service's own functions."""
    lines = "".join(f"{each}\n" for each in sorted(ids))
    digest = hashlib.sha256(lines.encode()).hexdigest()
    order = sorted(ids, key=lambda each: hmac.new(seed, (digest + each).encode(), hashlib.sha256).hexdigest())
    outcome = draw(seed, ids, places)
    assert (outcome.registrations_hash, list(outcome.winners)) == (digest, order[:places])


@given(SEEDS, IDS, PLACES)
def test_with_one_place_more_nobody_loses_the_own(seed: bytes, ids: list[str], places: int) -> None:
    """Winners come in one order, cut where places end."""
    assert draw(seed, ids, places + 1).winners[:places] == draw(seed, ids, places).winners


def test_each_registrant_wins_about_as_often_as_another() -> None:
    """4,000 draws of 2 among 8 with seeds from a fixed source: 1,000 wins each, give or take 15 %."""
    source = random.Random(2025)  # noqa: S311 - the same draws at each run
    ids = [str(uuid.UUID(int=number)) for number in range(8)]
    wins = Counter(winner for _ in range(4_000) for winner in draw(source.randbytes(SEED_BYTES), ids, 2).winners)
    assert set(wins) == set(ids)
    assert all(850 < count < 1_150 for count in wins.values())


def test_one_registrant_more_changes_everybodys_rank() -> None:
    """The hash of all who took part goes into each rank: nobody's can be known before the last one came."""
    ids = [str(uuid.UUID(int=number)) for number in range(50)]
    seed = bytes(range(SEED_BYTES))
    without = draw(seed, ids[:-1], 50).winners
    assert [each for each in draw(seed, ids, 50).winners if each != ids[-1]] != list(without)


def test_a_known_draw_stays_as_it_is() -> None:
    """What was published once can be drawn again by any later version."""
    ids = [str(uuid.UUID(int=number)) for number in range(1, 6)]
    outcome = draw(bytes(SEED_BYTES), ids, 2)
    assert commitment(bytes(SEED_BYTES)) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    assert outcome.registrations_hash == hash_of(reversed(ids))
    assert METHOD == "hmac-sha256-order/v1"
    assert (outcome.registrations_hash, outcome.winners) == (_HASH, _WINNERS)


def test_attendance_codes_are_short_plain_and_different() -> None:
    """Six letters and digits that nobody mistakes for another."""
    codes = list(new_codes(2_000))
    assert len(set(codes)) == 2_000
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert not set(ALPHABET) & set("ILO01")


def test_a_code_that_the_offer_uses_is_not_given_again() -> None:
    refused: list[str] = []

    def is_used(code: str) -> bool:
        refused.append(code)
        return len(refused) < 3

    assert new_code(is_used) == refused[2]
