"""`sign-in-storm`: 10,000 sign-ins, 128 at once, and what a token's refresh takes meanwhile.

Hashing is bounded and stands back: the p99 of a refresh during the storm must stay under three times its p99 when
nobody signs in. A sign-in past capacity is refused at once, and its client comes again. Identity's door alone, on
PostgreSQL, each client a process of its own, all on this machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from atouts.identity.v1 import accounts_pb2 as pb
from atouts.identity.v1 import service_pb2

from bench import cpu
from bench.figures import Figure, median, percentile
from bench.sign_in_client import Plan, Seen
from bench.wallet_fixture import purse
from chassis import context
from chassis.context import CallContext
from chassis.grpc_client import Peer
from chassis.keys import KeyFolder
from chassis.tokens import ServiceTokens
from embedded import control, lifecycle, state
from embedded.platform import PLATFORM, Platform
from embedded.rundir import ROOT, RunDir

NAME = "sign-in-storm"
ROUNDS = 3
SIGN_INS = 3_334  # a round: 10,000 in all
IN_FLIGHT = 128
IDLE_S = 15.0
_PASSWORD = "une phrase assez longue"  # noqa: S105 - of accounts that the bench makes
_ACCOUNTS, _SESSIONS = 50, 20
_DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["IdentityService"]

IDENTITY_ALONE = Platform(
    migrations=PLATFORM.migrations,  # each waits for the others' exchanges
    processes=tuple(each for each in PLATFORM.processes if each.name == "identity.rpc"),
)


@dataclass(frozen=True, slots=True)
class _Round:
    idle: Seen
    meanwhile: Seen
    storm: Seen


def run(long: bool) -> Iterator[Figure]:
    """Three rounds, medians; 10,000 sign-ins in all, or with `long` in each."""
    sign_ins = 10_000 if long else SIGN_INS
    with _stand() as at:
        calm, stormy = _plans(at)
        tokens = _play(replace(calm, seconds=3.0)).tokens  # warm: pools, prepared statements
        rounds: list[_Round] = []
        for _ in range(ROUNDS):
            idle = _play(replace(calm, tokens=tuple(tokens), seconds=IDLE_S))
            done = _during_storm(replace(calm, tokens=tuple(idle.tokens)), replace(stormy, sign_ins=sign_ins), idle)
            tokens = done.meanwhile.tokens
            rounds.append(done)
        yield from _figures(rounds)
        yield Figure(NAME, "memory, identity.rpc", cpu.memory_mb(control.pids(at)["identity.rpc"]), "MB")


def _figures(rounds: Sequence[_Round]) -> Iterator[Figure]:
    storms = [each.storm for each in rounds]
    yield Figure(NAME, "sign-ins", median(len(each.answered_ms) / each.seconds for each in storms), "1/s")
    for share in (0.50, 0.95, 0.99):
        idle, meanwhile = (
            median(percentile(seen.answered_ms, share) for seen in runs)
            for runs in ([each.idle for each in rounds], [each.meanwhile for each in rounds])
        )
        peer = "idle (wanted under 3)" if share == 0.99 else "idle"
        yield Figure(NAME, f"refresh during the storm, p{share * 100:.0f}", meanwhile, "ms", peer, idle)
    for share in (0.50, 0.99):
        value = median(percentile(each.answered_ms, share) for each in storms)
        yield Figure(NAME, f"sign-in, once accepted, p{share * 100:.0f}", value, "ms")
    refused = [each for each in storms if each.refused_ms]
    yield Figure(NAME, "refused past capacity", median(len(each.refused_ms) for each in storms), "calls a round")
    for share in (0.50, 0.99) if refused else ():
        value = median(percentile(each.refused_ms, share) for each in refused)
        yield Figure(NAME, f"time to a refusal, p{share * 100:.0f}", value, "ms")


def _during_storm(calm: Plan, stormy: Plan, idle: Seen) -> _Round:
    """Sessions go on until the last sign-in is answered."""
    with _client(calm) as sessions:
        storm = _play(stormy)
        return _Round(idle, _told(sessions, "enough\n"), storm)


def _play(plan: Plan) -> Seen:
    with _client(plan) as client:
        return _told(client, "")


def _client(plan: Plan) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "bench.sign_in_client"]
    client = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)
    assert client.stdin is not None
    client.stdin.write(json.dumps(asdict(plan)) + "\n")
    client.stdin.flush()
    return client


def _told(client: subprocess.Popen[str], last_word: str) -> Seen:
    """Raises RuntimeError with the client's last words."""
    told, failures = client.communicate(last_word)
    if client.returncode:
        raise RuntimeError(f"the client failed: {failures[-2000:]}")
    return Seen(**json.loads(told))


@contextmanager
def _stand() -> Iterator[RunDir]:
    """The servers and identity's door, in a run folder of their own; gone afterwards."""
    run = RunDir(ROOT / ".run" / "bench-sign-ins")
    lifecycle.reset(run)
    try:
        lifecycle.up(run, "bench.sign_in_storm:IDENTITY_ALONE")
        yield run
    finally:
        lifecycle.reset(run)


def _plans(at: RunDir) -> tuple[Plan, Plan]:
    """Sessions that go on, and a storm: of accounts that are opened now."""
    address = f"127.0.0.1:{state.read(at).ports['identity.rpc.RPC_PORT']}"
    authority = purse().authority
    context.current.set(CallContext(authority, "gateway"))
    peer = Peer(_DESCRIPTOR, "identity", address, ServiceTokens("gateway", KeyFolder(at.keys)))
    emails = [f"compte.{number}@exemple.test" for number in range(_ACCOUNTS)]
    for email in emails:
        request = pb.OpenAccountRequest(kind=pb.ACCOUNT_KIND_YOUNG, email=email, password=_PASSWORD)
        peer.call("OpenAccount", request, timeout_s=10)
    signed_in = [
        peer.call("SignIn", pb.SignInRequest(email=email, password=_PASSWORD), timeout_s=10)
        for email in emails[:_SESSIONS]
    ]
    peer.close()
    basis = Plan(address, str(at.keys), authority)
    calm = replace(basis, tokens=tuple(each.session.refresh_token for each in signed_in))
    return calm, replace(basis, password=_PASSWORD, emails=tuple(emails), in_flight=IN_FLIGHT)
