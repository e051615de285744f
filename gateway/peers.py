"""Calls to the services: both proofs, the authority, the trace and a deadline on each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
from atouts.calls.v1 import messages_pb2 as calls_pb
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2

from chassis import trace
from chassis.call_headers import ADDRESS, AUTHORITY, SERVICE_TOKEN
from chassis.errors import CHASSIS_ANSWERS, Overloaded
from chassis.tokens import ServiceTokens
from gateway import metrics
from gateway.contracts import Rpc, call_many
from gateway.problems import from_answer
from gateway.refusals import Refused, problem_of, problem_of_refused
from gateway.together import Together

_MESSAGE_BYTES = 32 << 20
_OPTIONS = [
    ("grpc.max_send_message_length", _MESSAGE_BYTES),
    ("grpc.max_receive_message_length", _MESSAGE_BYTES),
    # A service that comes back is found at once: gRPC's own back-off grows to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    # A name may stand for several pods: calls go to each in turn, not all to the first.
    ("grpc.lb_policy_name", "round_robin"),
]

_Method: TypeAlias = Any  # grpc.aio's multi-callable: its stubs make it generic over messages known at run time only


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a call is made: the authority, the person's token as received (or empty), their address."""

    authority_id: str
    authorization: str = ""
    address: str = ""


class Peers:
    """One channel a service; created in the running loop, closed with it."""

    def __init__(self, addresses: Mapping[str, str], tokens: ServiceTokens) -> None:
        self._tokens = tokens
        self._channels = {
            service: grpc.aio.insecure_channel(address, options=_OPTIONS) for service, address in addresses.items()
        }
        self._methods: dict[str, _Method] = {}
        self._together: dict[tuple[str, str], Together] = {}

    async def ask(self, rpc: Rpc, request: Message, caller: Caller) -> Message:
        """The service's answer. Raises Problem: its refusal, or 503 when it is away or late."""
        started = time.perf_counter()
        code = "OK"
        try:
            if rpc.together(request):
                return await self._ask_together(rpc, request, caller)
            return await self._call(rpc, request, caller)
        except grpc.aio.AioRpcError as error:
            code = error.code().name
            raise problem_of(error, rpc.service, rpc.method.name) from error
        except Refused as refused:
            code = refused.code
            raise problem_of_refused(refused, rpc.service, rpc.method.name) from refused
        except Overloaded as overloaded:
            code = grpc.StatusCode.RESOURCE_EXHAUSTED.name
            raise from_answer(CHASSIS_ANSWERS[Overloaded]) from overloaded
        finally:
            metrics.observe_call(rpc, code, time.perf_counter() - started)

    async def close(self) -> None:
        """Let what is under way end, then close."""
        await asyncio.gather(*(channel.close(grace=2.0) for channel in self._channels.values()))

    async def _call(self, rpc: Rpc, request: Message, caller: Caller) -> Message:
        answer: Message = await self._method(rpc)(
            request, timeout=rpc.timeout_s, metadata=self._metadata(rpc.service, caller)
        )
        return answer

    async def _ask_together(self, rpc: Rpc, request: Message, caller: Caller) -> Message:
        """Raises AioRpcError: the message failed; Refused: this call was; Overloaded: it was not sent."""
        key = rpc.service, caller.authority_id
        if key not in self._together:
            many, authority = call_many(rpc.service), Caller(caller.authority_id)
            self._together[key] = Together(lambda message: self._call(many, message, authority))
        outcome = await self._together[key].ask(
            calls_pb.OneCall(
                method=rpc.method.name,
                request=request.SerializeToString(),
                authorization=caller.authorization,
                address=caller.address,
                traceparent=trace.current.get(),
            )
        )
        if outcome.HasField("status"):
            raise Refused(status_pb2.Status.FromString(outcome.status))
        answer: Message = GetMessageClass(rpc.method.output_type).FromString(outcome.response)
        return answer

    def _method(self, rpc: Rpc) -> _Method:
        # Each service serves OperationsService too: its methods are told apart by their channel.
        key = rpc.service + rpc.path
        if key not in self._methods:
            self._methods[key] = self._channels[rpc.service].unary_unary(
                rpc.path,
                request_serializer=GetMessageClass(rpc.method.input_type).SerializeToString,
                response_deserializer=GetMessageClass(rpc.method.output_type).FromString,
            )
        return self._methods[key]

    def _metadata(self, service: str, caller: Caller) -> list[tuple[str, str]]:
        metadata = [
            (SERVICE_TOKEN, self._tokens.for_audience(service)),
            (AUTHORITY, caller.authority_id),
            (ADDRESS, caller.address),
            ("traceparent", trace.current.get()),
        ]
        if caller.authorization:
            metadata.append(("authorization", caller.authorization))
        return metadata
