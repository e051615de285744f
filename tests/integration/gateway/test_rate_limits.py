"""Limits counted by a real Valkey."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Awaitable, Callable

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from gateway.problems import Problem
from gateway.rate_limits import SIGN_IN, UPLOAD, WINDOW_S, Policy, RateLimits, connect

_PUPILS = 300
_NOON = 1_795_000_000 // WINDOW_S * WINDOW_S


class MachineTime:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = float(_NOON + 1)

    def __call__(self) -> float:
        return self.now


def run(story: Callable[[RateLimits, MachineTime], Awaitable[None]], url: str = "") -> None:
    """Tell a story with limits on the tests' Valkey, or on another."""

    async def told() -> None:
        time = MachineTime()
        valkey: Redis = connect(url or os.environ["REDIS_URL"])
        try:
            await story(RateLimits(valkey, time), time)
        finally:
            await valkey.aclose()

    asyncio.run(told())


def _policy(per_address: int, per_account: int) -> Policy:
    """A policy that no other test counts."""
    return Policy(f"test-{uuid.uuid4().hex}", per_address, per_account)


async def _refused(limits: RateLimits, policy: Policy, address: str, account: str = "") -> Problem:
    with pytest.raises(Problem) as refused:
        await limits.admit(policy, address, account)
    return refused.value


def test_a_quota_is_announced_counted_and_enforced() -> None:
    """RateLimit says what is left, 429 says when to come back, the next window starts anew."""
    policy = _policy(per_address=2, per_account=9)

    async def story(limits: RateLimits, time: MachineTime) -> None:
        headers = [await limits.admit(policy, "10.0.0.1") for _ in range(2)]
        assert headers[0]["RateLimit-Policy"] == f'"{policy.name}";q=2;w=600'
        assert [one["RateLimit"] for one in headers] == [f'"{policy.name}";r={left};t=599' for left in (1, 0)]
        problem = await _refused(limits, policy, "10.0.0.1")
        assert (problem.status, problem.code, problem.headers["Retry-After"]) == (429, "rate_limited", "599")
        await limits.admit(policy, "10.0.0.2")
        time.now += WINDOW_S
        await limits.admit(policy, "10.0.0.1")

    run(story)


def test_an_account_is_counted_wherever_it_comes_from() -> None:
    """The tighter of both quotas is the one that is shown."""
    policy = _policy(per_address=9, per_account=1)

    async def story(limits: RateLimits, _time: MachineTime) -> None:
        headers = await limits.admit(policy, "10.0.0.1", "account-1")
        assert headers["RateLimit"].startswith(f'"{policy.name}";r=0;')
        assert (await _refused(limits, policy, "10.0.0.2", "account-1")).code == "rate_limited"
        await limits.admit(policy, "10.0.0.2", "account-2")

    run(story)


def test_a_school_behind_one_address_meets_no_limit() -> None:
    """300 pupils sign up, sign in, refresh and send two pictures each within ten minutes."""
    address = f"school-{uuid.uuid4().hex}"

    async def story(limits: RateLimits, _time: MachineTime) -> None:
        for pupil in range(_PUPILS):
            for _ in range(4):
                await limits.admit(SIGN_IN, address)
            for _ in range(2):
                await limits.admit(UPLOAD, address, f"{address}-{pupil}")

    run(story)


def test_an_ipv6_subscriber_is_one_address() -> None:
    """All addresses of a /64 share a quota; the next /64 has its own."""
    policy = _policy(per_address=1, per_account=9)

    async def story(limits: RateLimits, _time: MachineTime) -> None:
        await limits.admit(policy, "2001:db8:0:1::1")
        assert (await _refused(limits, policy, "2001:db8:0:1:ffff::2")).code == "rate_limited"
        await limits.admit(policy, "2001:db8:0:2::1")

    run(story)


def test_racing_requests_are_all_counted() -> None:
    """Twenty at once with a quota of ten: ten pass."""
    policy = _policy(per_address=10, per_account=99)

    async def story(limits: RateLimits, _time: MachineTime) -> None:
        outcomes = await asyncio.gather(*(limits.admit(policy, "10.0.0.1") for _ in range(20)), return_exceptions=True)
        assert sum(isinstance(one, dict) for one in outcomes) == 10

    run(story)


def test_counters_go_away_by_themselves_and_hold_nothing_personal() -> None:
    """Each key ends with its window; neither address nor account can be read from it."""
    policy = _policy(per_address=9, per_account=9)

    async def story(limits: RateLimits, _time: MachineTime) -> None:
        await limits.admit(policy, "10.0.0.1", "account-1")
        valkey: Redis = connect(os.environ["REDIS_URL"])
        keys = [key.decode() async for key in valkey.scan_iter(f"rate:{policy.name}:*")]
        assert len(keys) == 2
        assert not any("10.0.0.1" in key or "account-1" in key for key in keys)
        assert all([0 < await valkey.ttl(key) <= WINDOW_S + 10 for key in keys])
        await valkey.aclose()

    run(story)


def test_valkey_away_lets_everybody_through_and_is_counted() -> None:
    """Fail-open: its loss costs protection, never service."""
    before = REGISTRY.get_sample_value("atouts_rate_limit_open_total") or 0.0

    async def story(limits: RateLimits, _time: MachineTime) -> None:
        for _ in range(3):
            assert await limits.admit(_policy(1, 1), "10.0.0.1") == {}

    run(story, "redis://127.0.0.1:1/0")
    assert REGISTRY.get_sample_value("atouts_rate_limit_open_total") == before + 3


def test_valkey_emptied_forgets_only_counts() -> None:
    """A flush starts the window anew, and nothing else."""
    policy = _policy(per_address=1, per_account=1)

    async def story(limits: RateLimits, _time: MachineTime) -> None:
        await limits.admit(policy, "10.0.0.1")
        valkey: Redis = connect(os.environ["REDIS_URL"])
        keys = [key async for key in valkey.scan_iter(f"rate:{policy.name}:*")]
        await valkey.delete(*keys)
        await valkey.aclose()
        await limits.admit(policy, "10.0.0.1")

    run(story)
