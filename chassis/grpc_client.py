"""Calls to other services: both proofs, the authority, the trace and a deadline on each.

`Peer` answers like a stub: `peer.call("LookUpFacts", request, timeout_s=2)`. A service that is away raises
Operational; one that refuses raises PeerRefused with its stable reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from chassis import context, trace
from chassis.call_headers import ADDRESS, AUTHORITY, SERVICE_TOKEN
from chassis.context import CallContext
from chassis.errors import Operational
from chassis.tokens import ServiceTokens

T = TypeVar("T")
Runner = Callable[[Callable[[], T]], T]
_AWAY = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.CANCELLED,
}


class PeerRefused(Exception):
    """Another service refused by rule. `reason` is its stable code, `field` what it names at fault."""

    def __init__(self, reason: str, field: str, sentence_fr: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.sentence_fr = sentence_fr


def here(act: Callable[[], T]) -> T:
    """Run a blocking call where it is made: right in `rpc`, wrong in a worker (see chassis.worker)."""
    return act()


class Peer:
    """Another service, as this one may call it. Channels reconnect by themselves."""

    def __init__(
        self,
        descriptor: ServiceDescriptor,
        audience: str,
        address: str,
        tokens: ServiceTokens,
        run: Callable[[Callable[[], Any]], Any] = here,
    ) -> None:
        self._descriptor = descriptor
        self._audience = audience
        self._tokens = tokens
        self._run = run
        self._channel = grpc.insecure_channel(
            address,
            options=[
                ("grpc.max_receive_message_length", 32 << 20),
                ("grpc.max_reconnect_backoff_ms", 2_000),
                # A name may stand for several pods: calls go to each in turn, not all to the first.
                ("grpc.lb_policy_name", "round_robin"),
            ],
        )

    def call(self, rpc: str, request: Any, *, timeout_s: float = 3.0) -> Any:
        """One call under the current context. Raises Operational, PeerRefused."""
        method = self._descriptor.methods_by_name[rpc]
        send = self._channel.unary_unary(
            f"/{self._descriptor.full_name}/{rpc}",
            request_serializer=GetMessageClass(method.input_type).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        metadata = self._metadata(context.current.get())
        try:
            return self._run(lambda: send(request, timeout=timeout_s, metadata=metadata))
        except grpc.RpcError as error:
            raise _translate(error, self._audience) from error

    def close(self) -> None:
        self._channel.close()

    def _metadata(self, call: CallContext | None) -> tuple[tuple[str, str | bytes], ...]:
        if call is None:
            raise LookupError("an outgoing call needs a context: which authority is it for?")
        metadata: list[tuple[str, str | bytes]] = [
            (SERVICE_TOKEN, self._tokens.for_audience(self._audience)),
            (AUTHORITY, call.authority_id),
            (ADDRESS, call.address),
            ("traceparent", trace.current.get()),
        ]
        if call.access_token:
            metadata.append(("authorization", f"Bearer {call.access_token}"))
        return tuple(metadata)


def _translate(error: grpc.RpcError, audience: str) -> Exception:
    if error.code() in _AWAY:
        return Operational(f"{audience} is away: {error.code().name}")
    return refusal_of(error) or RuntimeError(f"{audience} answered {error.code().name}")


def refusal_of(error: grpc.RpcError) -> PeerRefused | None:
    """The refusal that a status carries, if it is one of ours."""
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    if status is None:
        return None
    info, sentence = error_details_pb2.ErrorInfo(), error_details_pb2.LocalizedMessage()
    sentence_fr = ""
    for detail in status.details:
        detail.Unpack(info)
        if detail.Unpack(sentence) and sentence.locale == "fr":
            sentence_fr = sentence.message
    if not info.reason or info.reason == "internal":
        return None
    return PeerRefused(info.reason, info.metadata.get("field", ""), sentence_fr)
