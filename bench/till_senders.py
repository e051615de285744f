"""How the benches' tills reach the wallet: by gRPC to its replicas, or by the gateway's HTTP API."""

from __future__ import annotations

import asyncio
import itertools
import json
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
from atouts.wallet.v1 import debits_pb2 as pb
from atouts.wallet.v1 import service_pb2_grpc
from google.rpc import status_pb2

from bench import wallet_fixture as fixture
from bench.debit_client import Tills, a_debit, gathering
from chassis.errors import CHASSIS_ANSWERS, Overloaded
from chassis.grpc_client import refusal_of
from gateway.refusals import Refused, problem_of_refused

_CHANNELS = 4
_DEADLINE_S = 10.0
_AT_ONCE = 64
_OVERLOADED = CHASSIS_ANSWERS[Overloaded].reason
HOT = 0
"""The partner at which all pay, where all pay at one."""


class Send(Protocol):
    """Sends one debit of one cent, with a key of its own; the reason of its refusal, empty when it is accepted."""

    async def __call__(self, wallet: int) -> str: ...

    async def be_known(self) -> None:
        """Have every cashier's token verified once: a till that works all day does not pay for that each time."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whose tills send, and to which partner."""

    tills: Tills
    partners: int
    hot_partner: bool

    def debit(self, wallet: int) -> pb.DebitRequest:
        debit = a_debit(wallet, self.partners)
        if self.hot_partner:
            debit.partner_id = fixture.partner_id(HOT)
            debit.presentation_id = fixture.hot_presentation_id(wallet)
        return debit

    def cashier(self, wallet: int) -> int:
        return HOT if self.hot_partner else wallet % self.partners


class _ByGrpc:
    def __init__(self, stubs: Sequence[Any], target: Target) -> None:
        self._stubs = stubs
        self._next = itertools.cycle(stubs)
        self._target = target

    async def __call__(self, wallet: int) -> str:
        metadata = self._target.tills.metadata(self._target.cashier(wallet))
        try:
            await next(self._next).Debit(self._target.debit(wallet), metadata=metadata, timeout=_DEADLINE_S)
        except grpc.aio.AioRpcError as error:
            refusal = refusal_of(error)
            return refusal.reason if refusal else error.code().name
        return ""

    async def be_known(self) -> None:
        for first in range(0, self._target.partners, _AT_ONCE):
            cashiers = range(first, min(first + _AT_ONCE, self._target.partners))
            await asyncio.gather(
                *(self._echo(stub, cashier) for stub in self._stubs[::_CHANNELS] for cashier in cashiers)
            )

    async def _echo(self, stub: Any, cashier: int) -> None:
        request = pb.EchoDebitRequest(debit=a_debit(cashier, self._target.partners))
        await stub.EchoDebit(request, metadata=self._target.tills.metadata(cashier), timeout=_DEADLINE_S)


class _Together(_ByGrpc):
    """As a gateway sends: what comes in together in one message, and past what it holds it refuses by itself."""

    def __init__(self, channel: Any, target: Target) -> None:
        super().__init__([service_pb2_grpc.WalletServiceStub(channel)], target)
        self._ask = gathering(channel, target.tills)

    async def __call__(self, wallet: int) -> str:
        metadata = self._target.tills.metadata(self._target.cashier(wallet))
        try:
            outcome = await self._ask(self._target.debit(wallet), metadata)
        except Overloaded:
            return _OVERLOADED
        if not outcome.HasField("status"):
            pb.DebitResponse.FromString(outcome.response)
            return ""
        problem = problem_of_refused(Refused(status_pb2.Status.FromString(outcome.status)), "wallet", "Debit")
        return problem.code


@asynccontextmanager
async def together(address: str, target: Target) -> AsyncIterator[Send]:
    """To one replica, as one gateway."""
    async with grpc.aio.insecure_channel(address) as channel:
        yield _Together(channel, target)


@asynccontextmanager
async def by_grpc(addresses: Sequence[str], target: Target) -> AsyncIterator[Send]:
    """Calls go to the replicas in turn."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    channels = [grpc.aio.insecure_channel(address, options=options) for address in addresses for _ in range(_CHANNELS)]
    try:
        yield _ByGrpc([service_pb2_grpc.WalletServiceStub(channel) for channel in channels], target)
    finally:
        await asyncio.gather(*(channel.close(None) for channel in channels))


class _ByHttp:
    """HTTP/1.1 on kept connections, written by hand: a client library would cost more than the gateway."""

    def __init__(self, connections: Sequence[tuple[asyncio.StreamReader, asyncio.StreamWriter]], host: str,
                 target: Target) -> None:  # fmt: skip
        self._free: asyncio.LifoQueue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.LifoQueue()
        for connection in connections:
            self._free.put_nowait(connection)
        self._host = host
        self._target = target

    async def __call__(self, wallet: int) -> str:
        debit = self._target.debit(wallet)
        body = json.dumps(
            {
                "presentation_id": debit.presentation_id,
                "scheme": debit.scheme,
                "season": debit.season,
                "benefit": debit.benefit,
                "amount_cents": debit.amount_cents,
                "device": debit.device,
            }
        )
        path, key = f"/v1/partners/{debit.partner_id}/debits", f"Idempotency-Key: {uuid.uuid4().hex}\r\n"
        return await self._ask("POST", path, self._target.cashier(wallet), body, key)

    async def be_known(self) -> None:
        for first in range(0, self._target.partners, _AT_ONCE):
            cashiers = range(first, min(first + _AT_ONCE, self._target.partners))
            asked = [self._ask("GET", f"/v1/partners/{fixture.partner_id(each)}/debits", each) for each in cashiers]
            if refused := [reason for reason in await asyncio.gather(*asked) if reason]:
                raise RuntimeError(f"the gateway refuses a cashier's list: {refused[0]}")

    async def _ask(self, method: str, path: str, cashier: int, body: str = "", headers: str = "") -> str:
        content = body.encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}"
            f"Authorization: {dict(self._target.tills.metadata(cashier))['authorization']}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        reader, writer = connection = await self._free.get()
        writer.write(head.encode() + content)
        status, answer = await _answer(reader)
        self._free.put_nowait(connection)
        return "" if status < 300 else str(json.loads(answer).get("code", status))


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:"))
    return int(lines[0].split(b" ")[1]), await reader.readexactly(length)


@asynccontextmanager
async def by_http(address: str, host: str, connections: int, target: Target) -> AsyncIterator[Send]:
    """To `address` (host:port) under the authority's host name."""
    name, port = address.split(":")
    opened = [await asyncio.open_connection(name, int(port)) for _ in range(connections)]
    try:
        yield _ByHttp(opened, host, target)
    finally:
        for _, writer in opened:
            writer.close()
