"""Many calls in one message, for callers whose calls wait for each other anyway.

A message costs more than a debit's decision: a gateway with a hundred tills sends what came in together in one. Each
call keeps its own proof, rule, trace, answer and count; only the envelope is shared. See docs/decisions/0131.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import cast

import grpc
from atouts.calls.v1 import messages_pb2 as pb
from atouts.calls.v1 import service_pb2
from google.rpc import code_pb2, status_pb2

from chassis.call_headers import ADDRESS, AUTHORITY
from chassis.grpc_server import Answer, Call, Doors, late
from chassis.policy import Rule, services

DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["CallsService"]
POLICY: dict[str, Rule] = {"CallMany": services("gateway")}
_DETAILS = "grpc-status-details-bin"


class ManyCallsDoor:
    """Opens envelopes for the late RPCs of one service; each is opened within `arriving()`."""

    def __init__(self, doors: Doors, arriving: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._doors = doors
        self._arriving = arriving

    @late
    def call_many(self, call: Call, request: pb.CallManyRequest, answer: Answer) -> None:
        envelope = _Envelope(len(request.calls), answer)
        with self._arriving():
            for number, one in enumerate(request.calls):
                part = _Part(envelope, number)
                try:
                    self._doors.start_late(one.method, one.request, partial(self._opened, call, one), part)
                except KeyError:
                    part.refuse_code(code_pb2.UNIMPLEMENTED, f"no call of {one.method} may come in an envelope")

    def _opened(self, call: Call, one: pb.OneCall) -> Call:
        metadata = {
            AUTHORITY: call.context.authority_id,
            "authorization": one.authorization,
            ADDRESS: one.address,
            "traceparent": one.traceparent,
        }
        return self._doors.call_of(call.context.service, metadata, call.deadline_s)


class _Envelope:
    """Outcomes as they come, from any thread; answered with the last."""

    def __init__(self, calls: int, answer: Answer) -> None:
        self._answer = answer
        self._outcomes = [pb.OneOutcome() for _ in range(calls)]
        self._owed = calls
        self._lock = threading.Lock()
        if not calls:
            answer(pb.CallManyResponse())

    def put(self, number: int, outcome: pb.OneOutcome) -> None:
        self._outcomes[number] = outcome
        with self._lock:
            self._owed -= 1
            is_last = not self._owed
        if is_last:
            self._answer(pb.CallManyResponse(outcomes=self._outcomes))


class _Part:
    """One call's place in its envelope."""

    def __init__(self, envelope: _Envelope, number: int) -> None:
        self._envelope = envelope
        self._number = number

    def send(self, message: bytes) -> None:
        self._envelope.put(self._number, pb.OneOutcome(response=message))

    def refuse(self, status: grpc.Status) -> None:
        """The details say all, code and message included (chassis/grpc_answers.py)."""
        details = next(value for key, value in status.trailing_metadata if key == _DETAILS)
        self._envelope.put(self._number, pb.OneOutcome(status=cast(bytes, details)))

    def refuse_code(self, code: int, message: str) -> None:
        status = status_pb2.Status(code=code, message=message)
        self._envelope.put(self._number, pb.OneOutcome(status=status.SerializeToString()))
