"""The client of the debit benches: one asyncio process that keeps so many requests in flight.

Runs as a process of its own (`python -m bench.debit_client`), so that its CPU is told apart. Once every cashier is
known to the service it prints `ready` and waits for a line; then it measures, and prints one JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import grpc
from atouts.calls.v1 import messages_pb2 as calls
from atouts.calls.v1 import service_pb2_grpc as calls_grpc
from atouts.wallet.v1 import debits_pb2 as pb
from atouts.wallet.v1 import service_pb2_grpc
from google.rpc import status_pb2

from bench import wallet_fixture as fixture
from chassis.call_headers import AUTHORITY, SERVICE_TOKEN
from chassis.context import Account, AccountKind
from chassis.keys import KeyFolder
from chassis.tokens import ServiceTokens, sign_access_token
from gateway.together import Together

_CHANNELS = 4
_DEADLINE_S = 10.0


class Tills:
    """The cashiers of all partners, signed in."""

    def __init__(self, keys: KeyFolder, partners: int) -> None:
        service_token = ServiceTokens("gateway", keys).for_audience("wallet")
        pem = keys.private_pem("accounts")
        self._metadata = [
            (
                (SERVICE_TOKEN, service_token),
                (AUTHORITY, fixture.purse().authority),
                ("authorization", f"Bearer {_access_token(pem, partner)}"),
            )
            for partner in range(partners)
        ]

    def metadata(self, wallet: int) -> Any:
        return self._metadata[wallet % len(self._metadata)]


def _access_token(pem: bytes, partner: int) -> str:
    account = Account(fixture.account_id(partner), AccountKind.PARTNER, second_factor=False)
    return sign_access_token(pem, account, fixture.purse().authority)


def a_debit(wallet: int, partners: int) -> pb.DebitRequest:
    spent = fixture.purse()
    return pb.DebitRequest(
        idempotency_key=uuid.uuid4().hex,
        partner_id=fixture.partner_id(wallet % partners),
        presentation_id=fixture.presentation_id(wallet),
        scheme=spent.scheme,
        season=spent.season,
        benefit=spent.benefit,
        amount_cents=1,
        device="till",
    )


async def keep_in_flight(arguments: argparse.Namespace, tills: Tills) -> dict[str, Any]:
    """Send for `seconds`; latencies in milliseconds."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    channels = [grpc.aio.insecure_channel(arguments.address, options=options) for _ in range(_CHANNELS)]
    stubs = [service_pb2_grpc.WalletServiceStub(channel) for channel in channels]
    await _be_known(stubs[0], arguments, tills)
    _wait_for_start()
    latencies: list[float] = []
    cpu_before = _cpu_s()
    end = time.perf_counter() + arguments.seconds

    send_each = _senders(channels, arguments.rpc, tills)

    async def one_in_flight(number: int) -> None:
        send = send_each[number % len(send_each)]
        chance = random.Random(f"{arguments.seed}/{number}")  # noqa: S311 - spreads load, guards nothing
        while (begun := time.perf_counter()) < end:
            wallet = chance.randrange(arguments.wallets)
            await send(a_debit(wallet, arguments.partners), tills.metadata(wallet))
            latencies.append((time.perf_counter() - begun) * 1_000)

    begun = time.perf_counter()
    await asyncio.gather(*(one_in_flight(number) for number in range(arguments.in_flight)))
    seconds, cpu_s = time.perf_counter() - begun, _cpu_s() - cpu_before
    await asyncio.gather(*(channel.close(None) for channel in channels))
    return {"count": len(latencies), "seconds": seconds, "cpu_s": cpu_s, "latencies_ms": sorted(latencies)}


def _wait_for_start() -> None:
    """Who measures reads its clocks in between: what came before is no part of a debit."""
    print("ready", flush=True)
    sys.stdin.readline()


async def _be_known(stub: Any, arguments: argparse.Namespace, tills: Tills) -> None:
    """Have every cashier's token verified once: a till that works all day does not pay for that at each debit."""
    echo = _sender(stub, "EchoDebit")

    async def one_in_flight(first: int) -> None:
        for wallet in range(first, arguments.partners, arguments.in_flight):
            await echo(a_debit(wallet, arguments.partners), tills.metadata(wallet))

    await asyncio.gather(*(one_in_flight(number) for number in range(arguments.in_flight)))


Sender = Callable[[pb.DebitRequest, Any], Awaitable[Any]]


def _senders(channels: Sequence[Any], rpc: str, tills: Tills) -> list[Sender]:
    """One a channel; debits that go together go through the first, as a gateway has one."""
    if rpc == "CallMany":
        return [_accepted(gathering(channels[0], tills))]
    return [_sender(service_pb2_grpc.WalletServiceStub(channel), rpc) for channel in channels]


def gathering(channel: Any, tills: Tills) -> Callable[[pb.DebitRequest, Any], Awaitable[calls.OneOutcome]]:
    """Debits that come in while others are under way go in one message, by the gateway's own code; each one's outcome.

    What is returned raises Overloaded where the gateway would refuse by itself.
    """
    many = calls_grpc.CallsServiceStub(channel).CallMany
    proofs = tuple(pair for pair in tills.metadata(0) if pair[0] != "authorization")
    together = Together(lambda message: many(message, metadata=proofs, timeout=_DEADLINE_S))

    def send(debit: pb.DebitRequest, metadata: Any) -> Awaitable[calls.OneOutcome]:
        token = dict(metadata)["authorization"]
        return together.ask(calls.OneCall(method="Debit", request=debit.SerializeToString(), authorization=token))

    return send


def _accepted(ask: Callable[[pb.DebitRequest, Any], Awaitable[calls.OneOutcome]]) -> Sender:
    async def send(debit: pb.DebitRequest, metadata: Any) -> pb.DebitResponse:
        outcome = await ask(debit, metadata)
        if outcome.HasField("status"):
            raise RuntimeError(f"refused: {status_pb2.Status.FromString(outcome.status)}")
        return pb.DebitResponse.FromString(outcome.response)

    return send


def _sender(stub: Any, rpc: str) -> Sender:
    if rpc == "EchoDebit":
        return lambda debit, metadata: stub.EchoDebit(
            pb.EchoDebitRequest(debit=debit), metadata=metadata, timeout=_DEADLINE_S
        )
    return lambda debit, metadata: stub.Debit(debit, metadata=metadata, timeout=_DEADLINE_S)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--rpc", choices=["Debit", "EchoDebit", "CallMany"], required=True)
    parser.add_argument("--in-flight", type=int, default=128)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--wallets", type=int, required=True)
    parser.add_argument("--partners", type=int, required=True)
    parser.add_argument("--seed", default="1")
    arguments = parser.parse_args()
    tills = Tills(KeyFolder(arguments.keys), arguments.partners)
    json.dump(asyncio.run(keep_in_flight(arguments, tills)), sys.stdout)
    return 0


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
