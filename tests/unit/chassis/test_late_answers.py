"""Answers given after the handler returned, over a real gRPC server: what grpcio's own names must go on doing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest
from google.rpc import code_pb2, status_pb2
from grpc_status import rpc_status

from chassis import grpc_late
from chassis.grpc_late import LateAnswer, Room

_METHOD = "/atouts.test.v1.Late/Ask"
ROOM, OVERLOADED = 50, 10


class Clock:
    """Monotonic seconds, moved by the test."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """Takes calls and answers them when the test says so."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, LateAnswer]] = []
        self.arrived = threading.Semaphore(0)

    def begin(self, request: bytes, _context: grpc.ServicerContext, answer: LateAnswer) -> None:
        self.taken.append((request, answer))
        self.arrived.release()

    def wait_for(self, calls: int) -> None:
        for _ in range(calls):
            assert self.arrived.acquire(timeout=10)


def _readable(request: bytes) -> bytes:
    if request == b"broken":
        raise ValueError("not a request")
    return request


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(desk: Desk, clock: Clock) -> Iterator[tuple[grpc.Server, int]]:
    """One thread: a call that held it would keep all others out."""
    room = Room(ROOM, OVERLOADED, clock)
    server = grpc.server(futures.ThreadPoolExecutor(1), maximum_concurrent_rpcs=room)
    handlers = {"Ask": grpc_late.handler(desk.begin, _readable, grpc_late.LateThread())}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("atouts.test.v1.Late", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield server, port
    server.stop(None)


@pytest.fixture
def ask(server: tuple[grpc.Server, int]) -> Iterator[Callable[..., Any]]:
    with grpc.insecure_channel(f"127.0.0.1:{server[1]}") as channel:
        yield channel.unary_unary(_METHOD).future


def test_calls_wait_together_without_a_thread_each(desk: Desk, ask: Callable[..., Any]) -> None:
    """One thread takes fifty calls, and another answers each with its own."""
    calls = {number: ask(b"%d" % number, timeout=10) for number in range(50)}
    desk.wait_for(50)
    for request, answer in reversed(desk.taken):
        answer.send(b"answer to " + request)
    assert {number: call.result() for number, call in calls.items()} == {
        number: b"answer to %d" % number for number in calls
    }


def test_a_refusal_carries_its_code_and_details(desk: Desk, ask: Callable[..., Any]) -> None:
    """A rule's refusal told later is the status that a door told at once would give."""
    call = ask(b"?", timeout=10)
    desk.wait_for(1)
    told = status_pb2.Status(code=code_pb2.FAILED_PRECONDITION, message="balance_too_low")
    desk.taken[0][1].refuse(rpc_status.to_status(told))
    error = call.exception()
    assert error.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert rpc_status.from_call(error) == told


def test_a_caller_that_has_gone_is_no_error(desk: Desk, ask: Callable[..., Any]) -> None:
    """An answer to a cancelled call goes nowhere, and the next call is answered."""
    gone = ask(b"gone", timeout=10)
    desk.wait_for(1)
    gone.cancel()
    desk.taken[0][1].send(b"too late")
    call = ask(b"here", timeout=10)
    desk.wait_for(1)
    desk.taken[1][1].send(b"in time")
    assert call.result() == b"in time"


def test_a_stop_waits_for_answers_that_are_owed(
    desk: Desk, ask: Callable[..., Any], server: tuple[grpc.Server, int]
) -> None:
    """Doors close at once; a call that was taken before is still answered, and then the stop is over."""
    call = ask(b"?", timeout=10)
    desk.wait_for(1)
    stopped = server[0].stop(10)
    assert not stopped.is_set()
    desk.taken[0][1].send(b"in time")
    assert call.result() == b"in time"
    assert stopped.wait(10)


def _hold(desk: Desk, ask: Callable[..., Any], calls: int) -> dict[bytes, Any]:
    held = {b"%d" % number: ask(b"%d" % number, timeout=10) for number in range(calls)}
    desk.wait_for(calls)
    return held


def _answer(desk: Desk, held: dict[bytes, Any], calls: int) -> None:
    """The calls that have waited longest, and their callers know."""
    for request, answer in desk.taken[:calls]:
        answer.send(b"answered")
        assert held.pop(request).result() == b"answered"
    del desk.taken[:calls]


def _is_refused(call: Any) -> bool:
    return bool(call.code() is grpc.StatusCode.RESOURCE_EXHAUSTED)


def test_a_call_takes_room_until_its_answer(desk: Desk, ask: Callable[..., Any], clock: Clock) -> None:
    """Calls that wait for their answer fill the server's room; the next is refused at once, until one is answered."""
    held = _hold(desk, ask, ROOM)
    assert _is_refused(ask(b"one too many", timeout=10))
    clock.now += 1
    _answer(desk, held, 1)
    held[b"in its place"] = ask(b"in its place", timeout=10)
    desk.wait_for(1)
    _answer(desk, held, ROOM)


def test_while_calls_are_refused_fewer_are_held(desk: Desk, ask: Callable[..., Any], clock: Clock) -> None:
    """From a refusal until a second without one, so that what is taken under overload is answered soon."""
    held = _hold(desk, ask, ROOM)
    assert _is_refused(ask(b"one too many", timeout=10))
    _answer(desk, held, ROOM - OVERLOADED)
    clock.now += 0.9
    assert _is_refused(ask(b"there is room, and not for this one", timeout=10))
    clock.now += 0.9
    _answer(desk, held, 1)
    held[b"the last"] = ask(b"the last", timeout=10)
    desk.wait_for(1)
    assert _is_refused(ask(b"still overloaded", timeout=10))
    clock.now += 1
    _answer(desk, held, OVERLOADED)
    held = _hold(desk, ask, ROOM)
    _answer(desk, held, ROOM)


def test_a_request_that_cannot_be_read_takes_no_room(desk: Desk, ask: Callable[..., Any]) -> None:
    """A call that never began gives its place back."""
    for call in [ask(b"broken", timeout=10) for _ in range(ROOM)]:
        assert call.code() is grpc.StatusCode.INTERNAL
    held = [ask(b"held", timeout=10) for _ in range(ROOM)]
    desk.wait_for(ROOM)
    for _, answer in desk.taken:
        answer.send(b"answered")
    assert {call.result() for call in held} == {b"answered"}
