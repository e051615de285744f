"""The clients of `sign-in-storm`, each a process of its own that takes its plan as JSON on standard input.

`storm`: so many sign-ins, many in flight; one that is refused past capacity comes again
after a while, twice as long each time.
`refresh`: sessions that go on, each at moments of its own, whether others are answered or not; what is measured.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import grpc
from atouts.identity.v1 import accounts_pb2 as pb
from atouts.identity.v1 import service_pb2_grpc

from chassis.call_headers import AUTHORITY, SERVICE_TOKEN
from chassis.keys import KeyFolder
from chassis.tokens import ServiceTokens

_DEADLINE_S = 60.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 5.0
_PAST_CAPACITY = grpc.StatusCode.RESOURCE_EXHAUSTED


@dataclass(frozen=True, slots=True)
class Plan:
    """`storm`: `sign_ins` of `emails` in turn, `in_flight` at once. `refresh`: each of `tokens` about every `every_s`
    seconds, for `seconds`, or without end until standard input says so."""

    address: str
    keys: str
    authority: str
    password: str = ""
    emails: tuple[str, ...] = ()
    sign_ins: int = 0
    in_flight: int = 0
    tokens: tuple[str, ...] = ()
    every_s: float = 0.5
    seconds: float = 0.0


@dataclass(slots=True)
class Seen:
    """Milliseconds of what was answered, and of what was refused past capacity, sorted; the tokens that are good."""

    seconds: float = 0.0
    answered_ms: list[float] = field(default_factory=list)
    refused_ms: list[float] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


class Client:
    """Identity's door, as the gateway comes to it."""

    def __init__(self, plan: Plan, channel: grpc.aio.Channel) -> None:
        service_token = ServiceTokens("gateway", KeyFolder(Path(plan.keys))).for_audience("identity")
        self._metadata = ((SERVICE_TOKEN, service_token), (AUTHORITY, plan.authority))
        self._stub = service_pb2_grpc.IdentityServiceStub(channel)

    async def sign_in(self, email: str, password: str) -> bool:
        """False when it was refused past capacity. Raises grpc.RpcError."""
        request = pb.SignInRequest(email=email, password=password)
        try:
            await self._ask(self._stub.SignIn, request)
        except grpc.aio.AioRpcError as error:
            if error.code() is _PAST_CAPACITY:
                return False
            raise
        return True

    async def refresh(self, token: str) -> str:
        """The next token. Raises grpc.RpcError."""
        answer = await self._ask(self._stub.RefreshSession, pb.RefreshSessionRequest(refresh_token=token))
        return str(answer.session.refresh_token)

    async def _ask(self, method: Any, request: Any) -> Any:
        return await method(request, metadata=self._metadata, timeout=_DEADLINE_S)


async def storm(plan: Plan, client: Client, seen: Seen) -> None:
    """Until every sign-in was answered."""
    waiting = iter(range(plan.sign_ins))
    chance = random.Random(plan.sign_ins)  # noqa: S311 - spreads load, guards nothing

    async def one_after_another() -> None:
        for number in waiting:
            wait_s = _FIRST_WAIT_S
            while not await _timed(client, plan, number, seen):
                await asyncio.sleep(wait_s * chance.uniform(0.5, 1.5))
                wait_s = min(wait_s * 2, _LONGEST_WAIT_S)

    await asyncio.gather(*(one_after_another() for _ in range(plan.in_flight)))


async def _timed(client: Client, plan: Plan, number: int, seen: Seen) -> bool:
    began = time.perf_counter()
    is_in = await client.sign_in(plan.emails[number % len(plan.emails)], plan.password)
    took_ms = (time.perf_counter() - began) * 1_000
    (seen.answered_ms if is_in else seen.refused_ms).append(took_ms)
    return is_in


async def refresh(plan: Plan, client: Client, seen: Seen, ends: asyncio.Event) -> None:
    """Each session by itself; the time runs from the moment at which its refresh was due."""
    begun = time.perf_counter()

    async def one(number: int, token: str) -> str:
        due = begun + plan.every_s * number / len(plan.tokens)
        while not ends.is_set():
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            token = await client.refresh(token)
            seen.answered_ms.append((time.perf_counter() - due) * 1_000)
            due = max(due + plan.every_s, time.perf_counter())
        return token

    seen.tokens = list(await asyncio.gather(*(one(number, token) for number, token in enumerate(plan.tokens))))


async def _end(plan: Plan, ends: asyncio.Event) -> None:
    if plan.seconds:
        await asyncio.sleep(plan.seconds)
    else:
        await asyncio.to_thread(sys.stdin.readline)
    ends.set()


async def play(plan: Plan) -> Seen:
    """Carry the plan out. Raises grpc.RpcError: a figure of a load that failed is none."""
    seen, ends = Seen(), asyncio.Event()
    async with grpc.aio.insecure_channel(plan.address) as channel:
        client = Client(plan, channel)
        began = time.perf_counter()
        if plan.tokens:
            await asyncio.gather(refresh(plan, client, seen, ends), _end(plan, ends))
        else:
            await storm(plan, client, seen)
        seen.seconds = time.perf_counter() - began
    seen.answered_ms.sort()
    seen.refused_ms.sort()
    return seen


def main() -> int:
    given = json.loads(sys.stdin.readline())
    plan = Plan(**{**given, "emails": tuple(given["emails"]), "tokens": tuple(given["tokens"])})
    json.dump(asdict(asyncio.run(play(plan))), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
