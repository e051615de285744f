"""What the benches' client sends and how it counts."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bench import till_client
from bench.debit_hot import check
from bench.till_client import Plan, Seen, arrivals

PLAN = Plan(keys="", wallets=50, partners=5, seconds=4.0, arrivals=500.0)


def test_arrivals_come_at_their_rate_whoever_answers() -> None:
    """Independent customers: the rate holds on average, moments are in order, one seed draws the same."""
    drawn = list(arrivals(PLAN, begun=10.0))
    assert 1_800 < len(drawn) < 2_200
    assert all(10.0 < due < 14.0 for due, _ in drawn)
    assert drawn == sorted(drawn, key=lambda arrival: arrival[0]) == list(arrivals(PLAN, begun=10.0))
    assert {wallet for _, wallet in drawn} == set(range(50))


def test_refusals_are_counted_apart_by_reason() -> None:
    """An accepted request's time is not mixed with that of one that was turned away."""
    seen = Seen(seconds=2.0)
    for reason in ("", "overloaded", "", "overloaded", "away"):
        seen.note(0.0, reason)
    assert (seen.accepted, seen.rate) == (2, 1.0)
    assert len(seen.refused_ms) == 3
    assert seen.refusals == {"overloaded": 2, "away": 1}


def test_a_hot_wallet_is_exact_or_the_bench_fails() -> None:
    """A cent too few, a cent left, a refusal too early or for another reason: no figure is printed."""
    exact = Seen(
        accepted_ms=[1.0] * 3, refusals={"insufficient_balance": 1}, last_accepted_at=1.0, first_refused_at=2.0
    )
    check(exact, cents=3, left=0)
    for wrong, left in (
        (replace(exact, accepted_ms=[1.0] * 2), 0),
        (exact, 1),
        (replace(exact, first_refused_at=0.5), 0),
        (replace(exact, refusals={"overloaded": 1}), 0),
    ):
        with pytest.raises(RuntimeError):
            check(wrong, cents=3, left=left)


def test_a_closed_loop_sends_again_once_it_is_answered() -> None:
    """Never more in flight than planned, and each wallet of its range may be drawn."""
    under_way, most, sent = 0, 0, []

    class Sender:
        async def __call__(self, wallet: int) -> str:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            sent.append(wallet)
            await asyncio.sleep(0)
            under_way -= 1
            return ""

        async def be_known(self) -> None:
            """Nobody asks who sends."""

    seen = Seen()
    asyncio.run(till_client.keep_in_flight(replace(PLAN, in_flight=7, seconds=0.05), Sender(), seen))
    assert most == 7
    assert seen.accepted == len(sent) > 7
