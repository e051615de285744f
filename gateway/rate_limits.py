"""Rate limits, counted in Valkey: how many requests of a kind one address, and one account, may make.

They keep a fault or an attacker from taking the platform away from others; a school of 300 behind one address
signs up, signs in and uploads cards in 10 minutes without meeting them. Attempts at one password are identity's
to count, by rows. Valkey away: fail-open, counted, logged once a minute.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Network

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis import logs
from gateway import metrics
from gateway.problems import Problem

WINDOW_S = 600
_LOG_EVERY_S = 60.0
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Policy:
    """How many requests in WINDOW_S; an address holds many accounts."""

    name: str
    per_address: int
    per_account: int


# 300 pupils: each one sign-up, a few sign-ins and refreshes, a card photographed two or three times.
SIGN_IN = Policy("sign-in", per_address=5_000, per_account=600)
UPLOAD = Policy("upload", per_address=3_000, per_account=300)
WRITE = Policy("write", per_address=30_000, per_account=3_000)
READ = Policy("read", per_address=120_000, per_account=12_000)
# A chain's tills share an address, and its software one account.
TILL = Policy("till", per_address=1_200_000, per_account=120_000)


@dataclass(frozen=True, slots=True)
class Count:
    """What one subject has used of its quota in this window."""

    policy: str
    quota: int
    used: int
    reset_s: int

    @property
    def remaining(self) -> int:
        return max(0, self.quota - self.used)

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers writes them."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW_S}',
            "RateLimit": f'"{self.policy}";r={self.remaining};t={self.reset_s}',
        }


class RateLimits:
    """Counts in fixed windows of machine time: one round trip a request, a key a subject and window."""

    def __init__(self, valkey: Redis, now: Callable[[], float] = time.time) -> None:
        self._valkey = valkey
        self._now = now
        self._logged_at = float("-inf")

    async def admit(self, policy: Policy, address: str, account_id: str = "") -> dict[str, str]:
        """The headers to answer with. Raises Problem 429 when a quota is spent."""
        subjects = [(f"address:{_network(address)}", policy.per_address)]
        if account_id:
            subjects.append((f"account:{account_id}", policy.per_account))
        try:
            counts = await self._count(policy, subjects)
        except (RedisError, OSError, TimeoutError) as error:
            self._let_through(error)
            return {}
        tightest = min(counts, key=lambda count: count.remaining)
        spent = [count for count in counts if count.used > count.quota]
        if spent:
            metrics.RATE_LIMITED.labels(policy.name).inc()
            raise _too_many(spent[0])
        return tightest.headers()

    async def _count(self, policy: Policy, subjects: list[tuple[str, int]]) -> list[Count]:
        window, elapsed = divmod(int(self._now()), WINDOW_S)
        pipeline = self._valkey.pipeline(transaction=False)
        for subject, _ in subjects:
            key = f"rate:{policy.name}:{_digest(subject)}:{window}"
            pipeline.incr(key)
            pipeline.expire(key, WINDOW_S + 10)
        answers = await pipeline.execute()
        reset_s = WINDOW_S - elapsed
        return [
            Count(policy.name, quota, int(used), reset_s)
            for (_, quota), used in zip(subjects, answers[::2], strict=True)
        ]

    def _let_through(self, error: Exception) -> None:
        metrics.RATE_LIMIT_OPEN.inc()
        if time.monotonic() - self._logged_at > _LOG_EVERY_S:
            self._logged_at = time.monotonic()
            _log.warning("rate limits are open: Valkey is away", reason=type(error).__name__)


def connect(url: str) -> Redis:
    """A client that gives up quickly: a limit is never worth making people wait."""
    return Redis.from_url(url, socket_timeout=0.25, socket_connect_timeout=0.25, max_connections=64)


def _network(address: str) -> str:
    """An IPv6 subscriber holds a whole /64: one of its addresses stands for all."""
    if ":" not in address:
        return address
    return str(IPv6Network((address.partition("%")[0], 64), strict=False))


def _digest(subject: str) -> str:
    """No address and no account id lies in Valkey as such."""
    return hashlib.blake2s(subject.encode(), digest_size=12).hexdigest()


def _too_many(count: Count) -> Problem:
    return Problem(
        429,
        "rate_limited",
        f"Trop de demandes en peu de temps : réessayez dans {count.reset_s} secondes.",
        f"Too many requests in a short time: try again in {count.reset_s} seconds.",
        headers={**count.headers(), "Retry-After": str(count.reset_s)},
    )
