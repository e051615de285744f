"""Refusals on the wire: google.rpc.Status with a stable reason, the person's sentence and the field at fault."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from chassis.errors import BUG, UNAVAILABLE, Answer
from chassis.outages import is_operational

DOMAIN = "atouts.fr"
AnswerTable = Mapping[type[Exception], Answer]


def answer_for(error: Exception, table: AnswerTable) -> Answer:
    """The table's line for the error's class or its nearest ancestor; operational and bugs have their own."""
    for ancestor in type(error).__mro__:
        if ancestor in table:
            return table[ancestor]
    return UNAVAILABLE if is_operational(error) else BUG


def to_status(error: Exception, answer: Answer) -> grpc.Status:
    """The gRPC status that carries the answer, its sentences filled with the error's attributes."""
    attributes = _attributes(error)
    field = _fill(answer.field, attributes)
    reason = _fill(answer.reason, attributes)
    details: list[Any] = [
        error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata={"field": field} if field else {}),
        error_details_pb2.LocalizedMessage(locale="fr", message=_fill(answer.fr, attributes)),
        error_details_pb2.LocalizedMessage(locale="en", message=_fill(answer.en, attributes)),
    ]
    status = status_pb2.Status(
        code=code_pb2.Code.Value(answer.status.value),
        message=reason,
        details=[_pack(d) for d in details],
    )
    return rpc_status.to_status(status)


def _pack(detail: Any) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(detail)
    return packed


def _fill(sentence: str, attributes: Mapping[str, Any]) -> str:
    return Formatter().vformat(sentence, (), attributes) if "{" in sentence else sentence


def _attributes(error: Exception) -> dict[str, Any]:
    slots = getattr(type(error), "__dataclass_fields__", ())
    return {**vars(error), **{name: getattr(error, name) for name in slots}}
